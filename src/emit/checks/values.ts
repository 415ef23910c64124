import { isObject, type Path } from '../schema/json-schema.ts';

/** What stands at a path of plain values; undefined where nothing does. */
export function at(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === 'number') found = found[step];
    else if (isObject(found)) found = found[step];
    else return undefined;
  }
  return found;
}

/** The same where it is a text. */
export function textAt(value: unknown, path: Path): string | undefined {
  const found = at(value, path);
  return typeof found === 'string' ? found : undefined;
}

/** The same where it is a number. */
export function numberAt(value: unknown, path: Path): number | undefined {
  const found = at(value, path);
  return typeof found === 'number' ? found : undefined;
}

/** The same where it is an object; an empty one otherwise. */
export function mapAt(value: unknown, path: Path): Readonly<Record<string, unknown>> {
  const found = at(value, path);
  return isObject(found) ? found : {};
}

/** The same where it is a list; an empty one otherwise. */
export function listAt(value: unknown, path: Path): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}
