import type { Check, CheckInput, Fault } from '../../checks.ts';
import type { EmittedFile } from '../../types.ts';
import { resultOf } from '../fault-list.ts';
import { addressFaults } from './addresses.ts';
import { copyFaults } from './copies.ts';
import { dataFaults } from './data-folders.ts';
import { dependencyFaults } from './dependencies.ts';
import { deploymentsOf } from './deployments.ts';
import { limitFaults } from './limits.ts';
import { listenerFaults, portFaults } from './listeners.ts';
import type { Deployment } from './part.ts';
import { referenceFaults } from './references.ts';
import { stopFaults } from './stops.ts';

/** What must hold for a deployment on one machine. */
type Law = (deployment: Deployment, files: readonly EmittedFile[], input: CheckInput) => Fault[];

const laws: readonly (readonly [name: string, law: Law])[] = [
  ['references', referenceFaults],
  ['dependencies', dependencyFaults],
  ['ports', portFaults],
  ['listeners', listenerFaults],
  ['addresses', addressFaults],
  ['counts', copyFaults],
  ['time to stop', stopFaults],
  ['memory and disks', limitFaults],
  ['data folders', dataFaults],
];

/** The cross-file checks of compose and local: whatever one file names is where it points. */
export const partChecks: readonly Check[] = laws.map(([name, law]) => async (files, input) => {
  const deployments = deploymentsOf(files, input.target);
  const faults = deployments.flatMap((each) => law(each, files, input));
  return resultOf(name, deployments.length === 0 ? 0 : files.length, faults);
});
