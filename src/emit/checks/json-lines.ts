import { isObject, type Path } from '../schema/json-schema.ts';

/** Whether a text is a list or an object as we write JSON: one line for each bracket and each value. */
export function isPlainJson(text: string, value: unknown): boolean {
  return (isObject(value) || Array.isArray(value)) && text === `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * Line, in such a text, of what stands at a path, or of the nearest thing around it; 1-based. Counted from the value,
 * which takes a hundredth of the time that reading the text again does.
 */
export function lineInJson(value: unknown, path: Path): number {
  let line = 1;
  let around = value;
  for (const step of path) {
    if (typeof around !== 'object' || around === null) break;
    const entries = Object.entries(around);
    const index = entries.findIndex(([key]) => key === String(step));
    if (index < 0) break;
    line += 1 + entries.slice(0, index).reduce((lines, [, before]) => lines + linesOf(before), 0);
    around = entries[index]?.[1];
  }
  return line;
}

function linesOf(value: unknown): number {
  return JSON.stringify(value, null, 2).split('\n').length;
}
