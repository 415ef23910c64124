import type { EmitInput, EmittedFile, Said } from '../../src/emit/types.ts';

/** What a file says that it would say otherwise for another input: computed from its notes, without rendering it. */
export function changing(file: EmittedFile, input: EmitInput): Said[] {
  const other = inputFor(file, input);
  return (file.said ?? []).filter(({ text, again }) => again(other) !== text);
}

/** Files of the small overlay are made from a plan of their own. */
export function inputFor({ path }: EmittedFile, input: EmitInput): EmitInput {
  return path.startsWith('overlays/small/') ? (input.small ?? input) : input;
}
