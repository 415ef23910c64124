import {
  availabilityText,
  chanceText,
  digitsText as digits,
  hoursText,
  inputText,
  minutesText,
} from '../plan/availability/text.ts';
import type { AvailabilityPlan, CapacityRisk, PartRank, QuorumRead } from '../plan/availability/types.ts';
import { formatQuantity } from '../units/format.ts';
import { percentText } from './availability-tables.ts';
import { originText } from './origin.ts';
import type { Table } from './table.ts';

/** What each tier means to the service: mend the first one first. */
export function partTable({ parts, windowDays }: AvailabilityPlan): Table<PartRank> {
  return {
    rows: parts,
    columns: [
      { title: 'tier', align: 'left', priority: 1, cell: ({ title }) => title },
      {
        title: `perfect saves in ${Number(windowDays.toPrecision(3))} d`,
        align: 'right',
        priority: 1,
        cell: ({ minutesSaved }) => minutesText(minutesSaved),
      },
      {
        title: 'critical',
        align: 'right',
        priority: 1,
        cell: (row) => percentText(row.criticality),
      },
      { title: 'Birnbaum', align: 'right', priority: 3, cell: ({ birnbaum }) => digits(birnbaum) },
      { title: 'RAW', align: 'right', priority: 4, cell: (row) => digits(row.riskAchievement) },
      { title: 'RRW', align: 'right', priority: 4, cell: (row) => digits(row.riskReduction) },
      { title: 'is up', align: 'right', priority: 2, cell: (row) => availabilityText(row.unavailability) },
      {
        title: 'must be up',
        align: 'right',
        priority: 2,
        cell: ({ allowed }) =>
          allowed < 0 ? 'never alone' : allowed >= 1 ? 'any' : availabilityText(allowed),
      },
    ],
  };
}

type RiskPoint = CapacityRisk['points'][number];

/** Capacity at risk: the chance that fewer machines are up. */
export function capacityTable({ points }: CapacityRisk): Table<RiskPoint> {
  return {
    rows: points,
    columns: [
      { title: 'machines', align: 'right', priority: 1, cell: ({ machines }) => String(machines) },
      { title: 'chance of fewer', align: 'right', priority: 1, cell: ({ risk }) => chanceText(risk) },
      {
        title: 'they serve of the peak',
        align: 'right',
        priority: 2,
        cell: ({ servedShare }) => formatQuantity(servedShare, '%'),
      },
    ],
  };
}

/** Reads and writes of tiers that keep copies. */
export function quorumTable({ quorums }: AvailabilityPlan): Table<QuorumRead> {
  return {
    rows: quorums,
    columns: [
      { title: 'tier', align: 'left', priority: 1, cell: ({ title }) => title },
      {
        title: 'N R W',
        align: 'right',
        priority: 1,
        cell: ({ copies, read, write }) => `${copies} ${read} ${write}`,
      },
      { title: 'reads down', align: 'right', priority: 1, cell: (row) => chanceText(row.readUnavailability) },
      {
        title: 'writes down',
        align: 'right',
        priority: 1,
        cell: (row) => chanceText(row.writeUnavailability),
      },
      {
        title: 'reads see writes',
        align: 'left',
        priority: 2,
        cell: ({ readsSeeWrites }) => (readsSeeWrites ? 'always' : 'after a while'),
      },
    ],
  };
}

interface RecoveryRow {
  readonly title: string;
  readonly mishap: string;
  readonly lost: string;
  readonly from: string;
  readonly restore: string;
  readonly loss: string;
}

/** Recovery point and time of stateful tiers, and the chance that all copies of a record are lost. */
export function recoveryTable({ recovery, missionHours }: AvailabilityPlan): Table<RecoveryRow> {
  const rows = recovery.flatMap(({ title, mishaps, restore, loss }) =>
    mishaps.map(({ mishap, worstLossSeconds, from }) => ({
      title,
      mishap,
      lost: Number.isFinite(worstLossSeconds) ? formatQuantity(worstLossSeconds, 's') : 'everything',
      from,
      restore:
        from === 'backup' || from === 'log' ? formatQuantity(restore?.seconds ?? Number.NaN, 'min') : '-',
      loss: mishap === 'all copies lost' && loss ? chanceText(loss.correlated) : '',
    })),
  );
  return {
    rows,
    columns: [
      { title: 'tier', align: 'left', priority: 1, cell: ({ title }) => title },
      { title: 'mishap', align: 'left', priority: 1, cell: ({ mishap }) => mishap },
      { title: 'RPO at worst', align: 'right', priority: 1, cell: ({ lost }) => lost },
      { title: 'from', align: 'left', priority: 2, cell: ({ from }) => from },
      { title: 'RTO', align: 'right', priority: 1, cell: ({ restore }) => restore },
      {
        title: `chance in ${hoursText(missionHours)}`,
        align: 'right',
        priority: 3,
        cell: ({ loss }) => loss,
      },
    ],
  };
}

type Input = AvailabilityPlan['inputs'][number];

/** Every number that the model was fed with, and where it comes from. */
export function inputTable({ inputs }: AvailabilityPlan): Table<Input> {
  return {
    rows: inputs,
    columns: [
      { title: 'input', align: 'left', priority: 1, cell: ({ name }) => name },
      { title: 'value', align: 'right', priority: 1, cell: inputText },
      { title: 'meaning', align: 'left', priority: 2, cell: ({ meaning }) => meaning },
      { title: 'origin', align: 'left', priority: 1, wraps: true, cell: ({ origin }) => originText(origin) },
    ],
  };
}
