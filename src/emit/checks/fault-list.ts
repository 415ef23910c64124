import type { CheckResult, Fault } from '../checks.ts';
import type { Path } from '../schema/json-schema.ts';
import type { Doc } from './documents.ts';

/** What is wrong at a place in a document. */
export interface Finding {
  readonly doc: Doc;
  readonly path: Path;
  readonly message: string;
  readonly advice: string;
}

export function faultAt(check: string, { doc, path, message, advice }: Finding): Fault {
  return { check, path: doc.file.path, line: doc.lineOf(path), message, advice };
}

/** A result; what overlays have in common is said once. */
export function resultOf(check: string, files: number, faults: readonly Fault[]): CheckResult {
  const unique = new Map(faults.map((fault) => [`${fault.path}:${fault.line} ${fault.message}`, fault]));
  return { check, files, faults: [...unique.values()] };
}
