import { readFileSync } from 'node:fs';

const file = new URL('../../examples/image-resize/plan.json', import.meta.url);

/** A quantity of the example's plan: the drills run with its times, and hold the service to its bounds. */
export function planned(id: string): number {
  const { quantities } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly quantities: Readonly<Record<string, { readonly value: number }>>;
  };
  const value = quantities[id]?.value;
  if (value === undefined) throw new Error(`the plan has no quantity ${id}`);
  return value;
}
