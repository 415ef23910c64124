import { allReplicasLost, degrade } from '../../models/slo/harvest.ts';
import { formatQuantity } from '../../units/format.ts';
import type { TierFacts } from '../availability/tier-facts.ts';
import { capacityOf } from './capacity.ts';
import { type DeclaredPolicy, policyOf } from './degradation.ts';
import type { Model } from './mode.ts';
import { perhaps } from './planned.ts';
import type { HarvestLoss, TierHarvest } from './types.ts';

/** What every tier keeps when machines are lost: whose answers, and how much of the data in them. */
export function harvestOf(model: Model): TierHarvest[] {
  return model.parts.facts.map((facts) => tierHarvest(model, facts));
}

function tierHarvest(model: Model, facts: TierFacts): TierHarvest {
  const { id, title, nodes } = facts;
  const replicas = Math.min(nodes, perhaps(model.plan, `${id}.replicas`) ?? nodes);
  const declared = policyOf(model.spec.tiers.find((tier) => tier.id === id));
  const sharded = replicas < nodes;
  return {
    ...{ tier: id, title, nodes, replicas },
    layout: sharded ? 'sharded' : 'replicated',
    // Each node begins a range of its own.
    shards: sharded ? nodes : 1,
    ...(declared ?? {}),
    losses: casesOf(model, facts, replicas).map((loss) => lossOf(model, facts, replicas, declared, loss)),
  };
}

interface Case {
  readonly what: string;
  readonly lost: number;
  /** Replicas of one record that go, at most; any machines are meant where it is left out. */
  readonly ofRecord?: number;
}

/** One machine, the largest zone, and as many machines as a quorum or a record cannot spare. */
function casesOf({ parts }: Model, { nodes, rule, need }: TierFacts, replicas: number): Case[] {
  const { zones } = parts.places;
  const zone = Math.ceil(nodes / zones);
  const machines = (lost: number): Case => ({
    what: lost === 1 ? '1 machine' : `any ${lost} machines`,
    lost,
  });
  const largest: Case = {
    what: `the largest zone (${zone} machines)`,
    lost: zone,
    ofRecord: Math.ceil(replicas / zones),
  };
  const quorum = rule === 'majority' ? [machines(nodes - need(1) + 1)] : [];
  const records = replicas < nodes ? [machines(replicas)] : [];
  const all = [machines(1), ...(zone > 1 ? [largest] : []), ...quorum, ...records];
  return all.filter(({ lost }, i) => lost <= nodes && all.findIndex((each) => each.lost === lost) === i);
}

function lossOf(
  model: Model,
  facts: TierFacts,
  replicas: number,
  declared: DeclaredPolicy | undefined,
  { what, lost, ofRecord }: Case,
): HarvestLoss {
  const { nodes, host } = facts;
  const sharded = replicas < nodes;
  const gone =
    ofRecord === undefined ? allReplicasLost(nodes, replicas, lost) : ofRecord < replicas ? 0 : lost / nodes;
  const left = answeredBy(model, facts, sharded, lost);
  const kept = lost >= nodes ? nothing : lackOf(left, declared?.policy ?? 'reduce-yield');
  const loss = {
    ...{ what, lost },
    harvest: kept.harvest * (1 - gone),
    anyShardLost: Math.min(1, (sharded ? nodes : 1) * gone),
    yield: kept.yield,
    dq: kept.dq * (1 - gone),
  };
  return { ...loss, consequence: consequenceOf(loss, host) };
}

const nothing = { harvest: 0, yield: 0, dq: 0 };

/** Capacity that is left over the demand of the peak; of a tier of records its nodes' share of the load. */
function answeredBy(model: Model, facts: TierFacts, sharded: boolean, lost: number): number {
  const { id, machines, nodes } = facts;
  if (!sharded) return capacityOf(model, facts, Math.max(0, machines - lost));
  const load = perhaps(model.plan, `${id}.load`) ?? 0;
  return load > 0 ? (nodes - lost) / load : Number.POSITIVE_INFINITY;
}

/** What is kept of answers and of those who are answered, with a capacity over the demand of the peak. */
function lackOf(left: number, policy: DeclaredPolicy['policy']) {
  return degrade(Math.min(1, left), 1, policy);
}

function consequenceOf(
  { harvest, yield: answered }: Omit<HarvestLoss, 'consequence'>,
  host: string | undefined,
): string {
  if (answered === 0) return 'nobody is answered';
  const kept = [
    ...(answered < 1 ? [`${formatQuantity(1 - answered, '%')} of the requests of the peak are refused`] : []),
    ...(harvest < 1 ? [`answers lack ${formatQuantity(1 - harvest, '%')} of what they should hold`] : []),
  ];
  if (kept.length > 0) return kept.join(', and ');
  return host === undefined ? 'nobody notices' : `nobody notices; it is lost with a machine of ${host}`;
}
