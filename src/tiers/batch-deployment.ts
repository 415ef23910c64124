import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** What the batch job is given, and how often it looks for work. */
export const batchDeployment: readonly Declaration[] = [
  assumed(
    'batch.interval',
    '1 h',
    'time between looks for days that are over',
    'a day is settled when its late records had their time; an hour more delays no bill',
  ),
  assumed(
    'batch.memory.base',
    '1 GiB',
    'memory of the job beside the request ids',
    'Node, buffers of the files that are read and written',
  ),
  formula(
    'batch.memory',
    'GB',
    'memory of the job: the request ids of one piece for each core, itself, and headroom',
    '(batch.partition.records * batch.bytesPerKey * batch.cores.count / 1 core + batch.memory.base) / (1 - policy.headroom)',
  ),
  formula(
    'batch.scratch',
    'GB',
    'disk of a run: the compressed records of a day, as they came and as they are sealed, with headroom',
    '2 * coldStorage.bytes.perDay * batch.period / (1 - policy.headroom)',
  ),
  formula(
    'batch.try',
    's',
    'time after which one try of a run is ended from outside: it ends by itself before, unless it hangs',
    'deploy.start.patience + batch.deadline + batch.grace',
  ),
  assumed(
    'batch.retries',
    '2',
    'tries beyond the first of a run that fails, before it waits for the next look',
    'a run goes on where the last one ended; a third failure is no accident',
  ),
  formula(
    'batch.tries',
    's',
    'time after which a run is given up with all its tries',
    '(batch.retries + 1) * batch.try',
  ),
  formula(
    'batch.late',
    's',
    'time without a run that succeeded, after which somebody is told: a look, one try that hangs, and one that works',
    'batch.interval + 2 * batch.try',
  ),
  formula(
    'batch.logs.kept',
    's',
    'time for which a run that has ended keeps its log and its disk: until about the end of the next one; a log for longer is for a store of logs',
    'batch.interval',
  ),
  formula(
    'batch.grace',
    's',
    'time until a job that was told to stop is killed: steps are safe to repeat, so it only closes its files',
    'deploy.grace',
  ),
];
