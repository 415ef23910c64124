/** Every way in which user input can be wrong. The code is stable: CI scripts may match on it. */
export const problemCodes = {
  'yaml-syntax': 'the file is not valid YAML or JSON',
  'unknown-key': 'a key that no such file has',
  'missing-key': 'a key that must be there is not',
  'wrong-type': 'a value of another kind than expected',
  'bad-quantity': 'a quantity that cannot be read, or with a unit of another dimension',
  'out-of-range': 'a value outside the range in which it makes sense',
  'bad-interval': 'an uncertain value whose low, mid and high are not in order',
  'duplicate-name': 'a name given twice',
  'missing-zones': 'a region without zones',
  'impossible-guarantee': 'guarantees that no system can give together',
  'bad-formula': 'a formula that is refused: syntax, unknown name, units, or a circle',
  'bad-file': 'a file that cannot be read, or is of another kind than expected',
  'bad-incident':
    'an incident that contradicts itself or another one: reversed or overlapping times, mixed time zones',
  'bad-template':
    'a template that cannot be rendered: an unknown name, a wrong tag, a text where a number is needed',
  'bad-flag': 'a flag or argument that cannot be used so',
} as const;

export type ProblemCode = keyof typeof problemCodes;

/** One thing wrong with the input: where it is, what is wrong, and how to mend it. */
export interface Problem {
  readonly code: ProblemCode;
  /** Path as the user gave it; absent for problems of flags. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** One sentence without a full stop: what is wrong, quoting the offending text. */
  readonly message: string;
  /** One sentence without a full stop: what was expected or how to mend it. */
  readonly advice: string;
}

/** Thrown by whatever reads user input, with all problems at once. The command line maps it to exit code 2. */
export class InvalidInput extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('; '));
    this.name = 'InvalidInput';
    this.problems = sortByPlace(problems);
  }
}

/** Problems in reading order: by file, line and column. */
export function sortByPlace(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      (a.file ?? '').localeCompare(b.file ?? '') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}
