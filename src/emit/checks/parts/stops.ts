import type { CheckInput, Fault } from '../../checks.ts';
import type { EmittedFile } from '../../types.ts';
import { roleConfigsOf, roleOf } from '../configs.ts';
import { drainOf, drainSignal } from '../drains.ts';
import { type Deployment, faultIn, type Part } from './part.ts';

const name = 'time to stop';

/** A part is killed no sooner than its notice and its drain are over, and gets the signal at which it drains. */
export function stopFaults(
  { parts }: Deployment,
  files: readonly EmittedFile[],
  { target }: CheckInput,
): Fault[] {
  const roles = roleConfigsOf(files, target);
  return parts.flatMap((part) => {
    const drain = Math.max(0, ...part.configs.map((config) => drainOf(config, roleOf(config, roles))));
    return [...graceFaults(part, drain), ...signalFaults(part)];
  });
}

function graceFaults({ shown, grace: { seconds, key, place } }: Part, drain: number): Fault[] {
  if (seconds >= drain) return [];
  const message = `${shown} is killed after ${seconds} s, but its drain takes ${drain} s`;
  return [faultIn(name, place, message, `make ${key} at least ${Math.ceil(drain)} s`)];
}

function signalFaults({ shown, signal, configs, grace }: Part): Fault[] {
  const wanted = configs.map(drainSignal).find((each) => each !== undefined);
  if (wanted === undefined || signal === undefined || wanted === signal) return [];
  const message = `${shown} is stopped with ${signal}, at which it ends at once and cuts its requests`;
  return [faultIn(name, grace.place, message, `stop it with ${wanted}`)];
}
