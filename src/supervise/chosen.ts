import { InvalidInput } from '../problems/problem.ts';
import type { Missing, ProcessFile, ProcessSpec } from './process-file.ts';

/** What is run, after engines that are not installed were replaced. */
export interface Chosen {
  readonly processes: Readonly<Record<string, ProcessSpec>>;
  readonly address: string;
  /** Into the configs, by the path of a section: later ones win. */
  readonly sets: Readonly<Record<string, unknown>>;
  /** What is missing, and what is done instead. */
  readonly notes: readonly string[];
}

/**
 * Chooses what to run by which programs are installed. Throws InvalidInput where one is missing that nothing replaces.
 */
export function choose(file: ProcessFile, has: (program: string) => boolean): Chosen {
  const missing = file.missing.filter(({ program }) => !has(program));
  const whole = missing.find(({ only }) => only !== undefined);
  const applied = whole === undefined ? missing : [whole];
  const processes = Object.fromEntries(
    Object.entries(file.processes).filter(([name, spec]) => stays(name, spec, file, applied)),
  );
  refuseAbsent(processes, has);
  const address = applied.findLast((each) => each.address !== undefined)?.address ?? file.address;
  return {
    processes,
    address,
    sets: Object.assign({}, ...applied.map(({ set }) => set)),
    notes: (whole === undefined ? missing : missing.filter(({ only }) => only !== undefined)).map(noteOf),
  };
}

function noteOf({ program, engine, says }: Missing): string {
  return `${program} is not installed (scripts/engines install ${engine} brings it): ${says}`;
}

function stays(name: string, spec: ProcessSpec, file: ProcessFile, missing: readonly Missing[]): boolean {
  const only = missing.find((each) => each.only !== undefined)?.only;
  if (only !== undefined) return only.includes(name);
  if (spec.spare) return false;
  if (missing.some(({ without, program }) => without.includes(spec.tier) && usesOrAll(spec, program, file))) {
    return false;
  }
  const first = Object.entries(file.processes).find(([, { tier }]) => tier === spec.tier)?.[0];
  return !missing.some((each) => each.first.includes(spec.tier) && first !== name);
}

/** Of a tier with several programs, such as the two of monitoring, only those of the missing one go. */
function usesOrAll(spec: ProcessSpec, program: string, { processes }: ProcessFile): boolean {
  const programs = new Set(
    Object.values(processes)
      .filter(({ tier }) => tier === spec.tier)
      .map(programOf)
      .filter((each) => each !== undefined),
  );
  return programs.size < 2 || programOf(spec) === program;
}

/** The program that a process needs on the machine; undefined where headroom brings it. */
export function programOf({ program, command: [first = ''] }: ProcessSpec): string | undefined {
  return program ?? (first.startsWith('$') ? undefined : first);
}

function refuseAbsent(
  processes: Readonly<Record<string, ProcessSpec>>,
  has: (program: string) => boolean,
): void {
  const problems = Object.entries(processes).flatMap(([name, spec]) => {
    const program = programOf(spec);
    if (program === undefined || has(program)) return [];
    return [
      {
        code: 'bad-file' as const,
        message: `${name} needs ${program}, which is not installed`,
        advice: 'scripts/engines install brings the engines; docs/engines.md says more',
      },
    ];
  });
  if (problems.length > 0) throw new InvalidInput(problems);
}
