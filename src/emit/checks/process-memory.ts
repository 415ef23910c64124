import type { Check } from '../checks.ts';
import { roleConfigsOf } from './configs.ts';
import { resultOf } from './fault-list.ts';
import { measuredProcess, mebi } from './memory-needs.ts';
import { numberAt } from './values.ts';

const name = 'process memory';
const path = ['worker', 'memoryBytes'];

/** A resize process may take what one took when it was measured, or it would be replaced again and again. */
export const processMemoryCheck: Check = async (files, { target, plan }) => {
  const measured = measuredProcess(plan);
  const limits = roleConfigsOf(files, target).flatMap((role) => {
    const bytes = numberAt(role.value, path);
    return bytes === undefined ? [] : [{ role, bytes }];
  });
  const faults = limits
    .filter(({ bytes }) => measured !== undefined && bytes < measured)
    .map(({ role, bytes }) => ({
      ...{ check: name, path: role.path, line: role.lineOf(role.doc.lineOf(path)) },
      message: `a resize process may take ${mebi(bytes)}, but one as measured takes ${mebi(measured ?? 0)}`,
      advice: 'make worker.memoryBytes at least worker.memory.perProcess of the plan',
    }));
  return resultOf(name, limits.length, faults);
};
