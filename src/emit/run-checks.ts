import { deadlinesCheck } from './checks/deadlines.ts';
import { engineChecks } from './checks/engines.ts';
import { fileSchemaChecks, roleConfigsCheck } from './checks/file-schemas.ts';
import { backupsCheck } from './checks/kubernetes/backups.ts';
import { configHashesCheck } from './checks/kubernetes/config-hashes.ts';
import { countsCheck } from './checks/kubernetes/counts.ts';
import { hostsCheck } from './checks/kubernetes/hosts.ts';
import { podListenersCheck } from './checks/kubernetes/listeners.ts';
import { memoryCheck } from './checks/kubernetes/memory.ts';
import { mountedFilesCheck } from './checks/kubernetes/mounted-files.ts';
import { objectSizesCheck } from './checks/kubernetes/object-sizes.ts';
import { policiesCheck } from './checks/kubernetes/policies.ts';
import { portsCheck } from './checks/kubernetes/ports.ts';
import { referencesCheck } from './checks/kubernetes/references.ts';
import { roomCheck } from './checks/kubernetes/room.ts';
import { schemasCheck } from './checks/kubernetes/schemas.ts';
import { selectorsCheck } from './checks/kubernetes/selectors.ts';
import { stopsCheck } from './checks/kubernetes/stops.ts';
import { metricsCheck } from './checks/metrics.ts';
import { partChecks } from './checks/parts/laws.ts';
import { processMemoryCheck } from './checks/process-memory.ts';
import { shedCheck } from './checks/shed.ts';
import { syntaxCheck } from './checks/syntax.ts';
import type { Check, CheckInput, CheckResult } from './checks.ts';
import type { EmittedFile, Target } from './types.ts';

const ofAll: readonly Check[] = [
  ...fileSchemaChecks,
  roleConfigsCheck,
  processMemoryCheck,
  deadlinesCheck,
  shedCheck,
  metricsCheck,
  ...engineChecks,
];

const ofTarget: Readonly<Record<Target, readonly Check[]>> = {
  kubernetes: [
    ...[schemasCheck, selectorsCheck, referencesCheck, portsCheck, hostsCheck, podListenersCheck],
    ...[policiesCheck, mountedFilesCheck, countsCheck, stopsCheck, memoryCheck],
    ...[backupsCheck, objectSizesCheck, configHashesCheck, roomCheck],
  ],
  compose: partChecks,
  local: partChecks,
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
