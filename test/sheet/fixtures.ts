import { SheetInvalid } from '../../src/sheet/errors.ts';
import { loadSheet } from '../../src/sheet/load.ts';
import type {
  Declaration,
  FormulaDeclaration,
  InputDeclaration,
  ObjectDeclaration,
  SheetDeclarations,
  SheetFunction,
  SheetProblem,
} from '../../src/sheet/types.ts';

export function input(name: string, value: number | string, unit: string): InputDeclaration {
  return { name, unit, value, meaning: `meaning of ${name}`, origin: { kind: 'assumed', why: 'a test' } };
}

export function formula(name: string, unit: string, text: string): FormulaDeclaration {
  return { name, unit, formula: text, meaning: `meaning of ${name}` };
}

export function object(name: string, type: string, value: unknown): ObjectDeclaration {
  return {
    name,
    type,
    object: value,
    meaning: `meaning of ${name}`,
    origin: { kind: 'assumed', why: 'a test' },
  };
}

/** Mean of a mix of sizes, as a model function would read it. */
export const meanOf: SheetFunction = {
  name: 'meanOf',
  meaning: 'mean of a mix, times a size',
  parameters: ['object:mix', 'T'],
  result: 'T',
  evaluate: (mix: readonly number[], size: number) => (mix.reduce((a, b) => a + b, 0) / mix.length) * size,
};

/** The source's arithmetic for the resize workers, with one object and one function. */
export const workers: SheetDeclarations = {
  functions: [meanOf],
  declarations: [
    input('workload.peak', '10k req/s', 'req/s'),
    input('workload.payload', 256, 'kB/req'),
    input('worker.throughputPerCore', 10, 'req/s/core'),
    input('machine.cores', '32 core/machine', 'core/machine'),
    input('policy.headroom', 20, '%'),
    object('payload.mix', 'mix', [0.5, 1.5]),
    formula('worker.busyCores', 'core', 'workload.peak / worker.throughputPerCore'),
    formula('worker.machines.throughput', 'machine', 'ceil(worker.busyCores / machine.cores)'),
    formula(
      'worker.machines.headroom',
      'machine',
      'ceil(worker.busyCores / machine.cores / (1 - policy.headroom))',
    ),
    formula('loadBalancer.bandwidth.in', 'Gbit/s', 'workload.peak * workload.payload'),
    formula('payload.scaled', 'kB/req', 'meanOf(payload.mix, workload.payload)'),
  ],
};

export function withMore(...declarations: readonly Declaration[]): SheetDeclarations {
  return { ...workers, declarations: [...workers.declarations, ...declarations] };
}

/** The problems of a sheet, or none where it loads. */
export function problemsOf(sheet: SheetDeclarations): readonly SheetProblem[] {
  try {
    loadSheet(sheet);
    return [];
  } catch (error) {
    if (error instanceof SheetInvalid) return error.problems;
    throw error;
  }
}

/** The problems of one more formula on the workers' sheet. */
export function problemsWith(text: string, unit = '1'): readonly SheetProblem[] {
  return problemsOf(withMore(formula('probe', unit, text)));
}

/** The value in base units of one more formula on the workers' sheet. */
export function computed(text: string, unit = '1'): number | undefined {
  return loadSheet(withMore(formula('probe', unit, text)))
    .evaluate()
    .get('probe');
}
