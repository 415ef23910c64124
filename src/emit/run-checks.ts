import { deadlinesCheck } from './checks/deadlines.ts';
import { engineChecks } from './checks/engines.ts';
import { fileSchemaChecks, roleConfigsCheck } from './checks/file-schemas.ts';
import { countsCheck } from './checks/kubernetes/counts.ts';
import { hostsCheck } from './checks/kubernetes/hosts.ts';
import { podListenersCheck } from './checks/kubernetes/listeners.ts';
import { memoryCheck } from './checks/kubernetes/memory.ts';
import { portsCheck } from './checks/kubernetes/ports.ts';
import { referencesCheck } from './checks/kubernetes/references.ts';
import { schemasCheck } from './checks/kubernetes/schemas.ts';
import { selectorsCheck } from './checks/kubernetes/selectors.ts';
import { stopsCheck } from './checks/kubernetes/stops.ts';
import { metricsCheck } from './checks/metrics.ts';
import { syntaxCheck } from './checks/syntax.ts';
import type { Check, CheckInput, CheckResult } from './checks.ts';
import type { EmittedFile, Target } from './types.ts';

const ofAll: readonly Check[] = [
  ...fileSchemaChecks,
  roleConfigsCheck,
  deadlinesCheck,
  metricsCheck,
  ...engineChecks,
];

const ofTarget: Readonly<Record<Target, readonly Check[]>> = {
  kubernetes: [
    ...[schemasCheck, selectorsCheck, referencesCheck, portsCheck, hostsCheck, podListenersCheck],
    ...[countsCheck, stopsCheck, memoryCheck],
  ],
  compose: [],
  local: [],
};

/**
 * Runs every check of the target; one that cannot run here says so and does not fail. Files that cannot be read at all
 * are the only thing that is told about them.
 */
export async function runChecks(files: readonly EmittedFile[], input: CheckInput): Promise<CheckResult[]> {
  const syntax = await syntaxCheck(files, input);
  if (syntax.faults.length > 0) return [syntax];
  const rest = await Promise.all([...ofTarget[input.target], ...ofAll].map((check) => check(files, input)));
  return [syntax, ...rest].filter(({ files: count }) => count > 0);
}
