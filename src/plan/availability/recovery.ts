import { catalogueRate } from '../../models/reliability/catalogue.ts';
import { type Copies, type Mishap, recoveryPoint, recoveryTime } from '../../models/reliability/recovery.ts';
import type { DataSpec, SpecQuantity } from '../../spec/types.ts';
import { type CopyLoss, durabilityMendings, lossOfCopies, recordLoss } from './durability.ts';
import { assumed, citation, secondsPerHour } from './input.ts';
import type { Parts } from './parts.ts';
import { complement, type TierFacts } from './tier-facts.ts';
import type { RecoveryPlan } from './types.ts';

const mishaps: readonly Mishap[] = ['copy lost', 'all copies lost', 'corrupted'];

/** RPO and RTO of every tier that says how its state is copied, and the chance to lose a record within the mission. */
export function recoveryPlans(parts: Parts, missionHours: number): RecoveryPlan[] {
  return parts.facts.flatMap((facts) => {
    const data = parts.spec.tiers.find(({ id }) => id === facts.id)?.data;
    return data === undefined ? [] : [recoveryOf(parts, facts, data, missionHours)];
  });
}

function recoveryOf(parts: Parts, facts: TierFacts, data: DataSpec, missionHours: number): RecoveryPlan {
  const copies = copiesOf(parts, facts, data);
  const points = mishaps.map((mishap) => {
    const { worst, mean, from } = recoveryPoint(copies, mishap);
    return { mishap, worstLossSeconds: worst, meanLossSeconds: mean, from };
  });
  const restore = restoreOf(parts, facts, data);
  return {
    id: facts.id,
    title: facts.title,
    mishaps: points,
    ...(restore === undefined ? {} : { restore }),
    ...lossOf(parts, facts, data, { mishaps: points, ...(restore ? { restore } : {}) }, missionHours),
  };
}

function copiesOf({ inputs }: Parts, { id }: TierFacts, data: DataSpec): Copies {
  const seconds = (name: keyof DataSpec & string, meaning: string, given: SpecQuantity | undefined) => {
    if (given === undefined) return undefined;
    inputs.hours(`${id}.data.${name}`, meaning, given, assumed(0, ''));
    return given.value;
  };
  const typical = data.lag?.value ?? 1;
  if (data.replication.value === 'asynchronous') {
    inputs.hours(
      `${id}.data.lag`,
      'how far a copy is behind',
      data.lag,
      assumed(1 / secondsPerHour, 'a second'),
    );
  }
  const worst = Math.max(typical, data.lagWorst?.value ?? 10 * typical);
  if (data.replication.value === 'asynchronous') {
    inputs.hours(
      `${id}.data.lagWorst`,
      'how far a copy is behind at worst',
      data.lagWorst,
      assumed(worst / secondsPerHour, 'ten times as far as usual'),
    );
  }
  const every = seconds('backupEvery', 'time between backups', data.backupEvery);
  const takes = seconds('backupTakes', 'time until a backup is safe', data.backupTakes);
  const log = seconds('logEvery', 'time between shipments of the log', data.logEvery);
  return {
    replication: data.replication.value,
    lag: { typical, worst },
    ...(every === undefined ? {} : { backupInterval: every }),
    ...(takes === undefined ? {} : { backupDuration: takes }),
    ...(log === undefined ? {} : { logInterval: log }),
  };
}

/** Restore from bytes and bandwidth; undefined where no backup is made or the bytes are not known. */
function restoreOf(parts: Parts, facts: TierFacts, data: DataSpec): RecoveryPlan['restore'] {
  const { inputs, plan, spec } = parts;
  const { id } = facts;
  const bytes = data.bytes?.value ?? stateOf(parts, id);
  if (bytes === undefined || data.backupEvery === undefined) return undefined;
  inputs.note(`${id}.data.bytes`, 'state that a restore brings back', 'B', {
    value: bytes,
    origin: data.bytes?.origin ?? { kind: 'derived' },
  });
  const wanted = spec.tiers.find((tier) => tier.id === id)?.machine?.value;
  const shape = spec.machines.find(({ name }) => name === wanted) ?? spec.machines[0];
  const network = shape?.network.value ?? Number.NaN;
  const rate = (name: string, meaning: string, given: SpecQuantity | undefined) =>
    given && inputs.note(`${id}.data.${name}`, meaning, 'B/s', { value: given.value, origin: given.origin });
  rate('network', 'what the network of one of its machines carries', shape?.network);
  rate('restoreBandwidth', 'what the backup store gives to a restore', data.restoreBandwidth);
  const times = {
    detect: inputs.hours('restore.detect', 'time until a loss of data is noticed', undefined, quarter),
    decide: inputs.hours('restore.decide', 'time until a restore is decided', undefined, quarter),
    provision: inputs.hours('restore.provision', 'time until machines are there', undefined, quarter),
    verify: inputs.hours('restore.verify', 'time in which the data are checked', undefined, quarter),
  };
  const diskRate = inputs.note('restore.diskRate', 'bytes a second that one machine writes', 'B/s', disk);
  const time = recoveryTime({
    bytes,
    streams: plan.tiers.some((tier) => tier.id === id) ? facts.nodes : 1,
    storeRate: data.restoreBandwidth?.value ?? network,
    networkRate: network,
    diskRate,
    ...inSeconds(times),
  });
  return { seconds: time.seconds, bottleneck: time.bottleneck, bytes };
}

const quarter = assumed(0.25, 'a quarter of an hour for each step by hand');
const disk = assumed(500e6, 'one SATA solid-state disk');

function inSeconds<T extends Readonly<Record<string, number>>>(hours: T): T {
  return Object.fromEntries(Object.entries(hours).map(([name, each]) => [name, each * secondsPerHour])) as T;
}

/** Bytes that the fleet plan knows of: a quantity `TIER.disk`, or what may wait in a queue. */
function stateOf({ plan }: Parts, id: string): number | undefined {
  const found = [`${id}.disk`, `${id}.bytes.limit`].map((name) => plan.quantities.get(name));
  return found.find((quantity) => quantity?.unit === 'B')?.value;
}

/** Chance that all copies of a record are lost within the mission, and what the objective of durability says of it. */
function lossOf(
  parts: Parts,
  facts: TierFacts,
  data: DataSpec,
  { restore, mishaps: points }: Pick<RecoveryPlan, 'restore' | 'mishaps'>,
  missionHours: number,
): Pick<RecoveryPlan, 'loss' | 'durability'> {
  const { plan, spec } = parts;
  const copies = data.copies?.value ?? plan.quantities.get(`${facts.id}.replicas`)?.value;
  if (copies === undefined || copies < 2) return {};
  const loss = copyLoss(parts, facts, copies, restore?.seconds);
  const all = points.find(({ mishap }) => mishap === 'all copies lost');
  const found = { loss: { ...lossOfCopies(loss, missionHours), copies } };
  if (spec.objectives.durability === undefined) return found;
  const quorum = plan.quantities.get(`${facts.id}.writeQuorum`)?.value ?? 1;
  const lone = data.replication.value === 'asynchronous' && quorum < 2 ? (data.lag?.value ?? 1) : 0;
  const stake = {
    loss,
    unsavedHours: (all?.meanLossSeconds ?? Number.POSITIVE_INFINITY) / secondsPerHour,
    loneHours: lone / secondsPerHour,
  };
  const lost = recordLoss(stake);
  const allowed = complement(spec.objectives.durability.exact);
  const met = lost <= allowed;
  const mendings = met ? {} : { mendings: durabilityMendings(stake, allowed) };
  return { ...found, durability: { loss: lost, allowed, met, ...mendings } };
}

/** How copies are lost and made anew; what is used is noted with its origin. */
function copyLoss(
  { inputs, places }: Parts,
  { id }: TierFacts,
  copies: number,
  restoreSeconds: number | undefined,
): CopyLoss {
  const entry = catalogueRate('backblaze-drive');
  const perYear = { value: entry.rate.value, origin: { kind: 'cited', source: citation(entry) } } as const;
  const failureRate = inputs.rate('durability.disk', 'how often a disk is lost for good', undefined, perYear);
  const pdu = catalogueRate('dean-pdu');
  // No published event takes copies of different zones for good.
  const rate = inputs.rate('durability.burst', 'how often power fails for many copies at once', undefined, {
    value: pdu.rate.value,
    origin: { kind: 'cited', source: pdu.source },
  });
  const lethality = inputs.share(
    'durability.lethality',
    'share of disks that do not come back',
    undefined,
    onePercent,
  );
  const rebuildHours = inputs.note(
    `${id}.data.rebuild`,
    'time until a lost copy is made anew: a restore, an hour at least',
    'h',
    restoreSeconds === undefined
      ? assumed(24, 'a day, since no restore is known that would tell the bytes')
      : { value: Math.max(1, restoreSeconds / secondsPerHour), origin: { kind: 'derived' } },
  );
  return { copies, zones: places.zones, rebuildHours, failureRate, burst: { rate, lethality } };
}

const onePercent = assumed(
  0.01,
  'of the machines that lose power about one in a hundred does not come back',
  'Cidon et al., Copysets, USENIX ATC 2013',
);
