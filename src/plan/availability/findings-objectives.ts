import type { Finding } from '../types.ts';
import type { AvailabilityFacts } from './findings.ts';
import { availabilityText, chanceText, minutesText } from './text.ts';
import type { AvailabilityRow, Mending, TierOutlook } from './types.ts';

/** Objectives that are missed, in the long run (an error) or only at the peak, each with its cheapest mending. */
export function objectiveFindings(facts: AvailabilityFacts): Finding[] {
  const [instant, steady] = facts.tables;
  if (instant === undefined || steady === undefined) return [];
  const tiers = steady.rows.flatMap((row) => {
    const peak = instant.rows.find(({ id }) => id === row.id);
    const outlook = facts.outlook.find(({ id }) => id === row.id);
    if (row.objective === undefined || peak === undefined || outlook === undefined) return [];
    if (row.met === false) return [missed(facts, row, outlook)];
    return peak.met === false ? [missedAtPeak(peak, outlook)] : [];
  });
  return [...serviceMissed(facts, steady.service), ...tiers, ...durabilityMissed(facts)];
}

/** Tiers whose stored records are lost oftener than the objective of durability allows. */
function durabilityMissed({ recovery, model }: AvailabilityFacts): Finding[] {
  const { durability: objective } = model.spec.objectives;
  const origin = objective?.origin;
  const place =
    origin?.kind === 'given' && 'line' in origin
      ? { place: { file: origin.file, line: origin.line, column: origin.column } }
      : {};
  return recovery.flatMap(({ id, title, durability, loss }): Finding[] => {
    if (durability === undefined || durability.met) return [];
    const mendings = durability.mendings ?? [];
    return [
      {
        code: 'durability-missed',
        severity: 'error',
        tier: id,
        message: `${title}: a stored record is lost within a year with a chance of ${chanceText(durability.loss)}, and ${chanceText(durability.allowed)} is allowed; it has ${loss?.copies ?? 1} copies`,
        advice:
          mendings.length === 0
            ? 'neither one more copy nor a faster new one is enough: keep a backup, or a log of changes'
            : `by the model any of these is enough: ${mendings.join('; ')}`,
        ...place,
      },
    ];
  });
}

function missed(facts: AvailabilityFacts, row: AvailabilityRow, outlook: TierOutlook): Finding {
  const objective = row.objective as number;
  const [owner] = outlook.owners;
  const advice = adviceOf(facts, row, outlook.mending);
  if (outlook.floor > objective) {
    return {
      code: 'objective-unreachable',
      severity: 'error',
      tier: row.id,
      message:
        `${row.title}: no number of machines reaches ${availabilityText(objective)}; ` +
        `causes that take all of them leave ${availabilityText(outlook.floor)} (${minutesText(minutesOf(facts, outlook.floor))} of a window)`,
      advice,
    };
  }
  return {
    code: 'availability-missed',
    severity: 'error',
    tier: row.id,
    message:
      `${row.title}: ${availabilityText(row.correlated)} misses ${availabilityText(objective)} ` +
      `(${minutesText(row.minutes)} of a window, ${minutesText(minutesOf(facts, objective))} allowed), ` +
      `mostly by ${owner?.name ?? 'nothing'}`,
    advice,
  };
}

function missedAtPeak(peak: AvailabilityRow, outlook: TierOutlook): Finding {
  return {
    code: 'availability-missed-at-peak',
    severity: 'warning',
    tier: peak.id,
    message: `${peak.title}: met over the day, but at the peak only ${availabilityText(peak.correlated)} of ${availabilityText(peak.objective as number)}`,
    advice: mendingText(outlook.mending),
  };
}

function serviceMissed(facts: AvailabilityFacts, service: AvailabilityRow): Finding[] {
  if (service.met !== false) return [];
  const [first] = facts.parts;
  const objective = service.objective as number;
  return [
    {
      code: 'service-availability-missed',
      severity: 'error',
      message:
        `the service: ${availabilityText(service.correlated)} misses ${availabilityText(objective)} ` +
        `(${minutesText(service.minutes)} of a window, ${minutesText(minutesOf(facts, objective))} allowed)`,
      advice: first
        ? `mend ${first.title} first: perfect, it would save ${minutesText(first.minutesSaved)} of a window${allowedText(first.allowed, objective)}`
        : 'see the ranking of causes',
    },
  ];
}

function allowedText(allowed: number, objective: number): string {
  if (allowed < 0) return `; that alone does not reach ${availabilityText(objective)}`;
  return `; at ${availabilityText(allowed)} the objective is met`;
}

function adviceOf(facts: AvailabilityFacts, row: AvailabilityRow, mending: Mending | undefined): string {
  if (row.host === undefined) return mendingText(mending);
  const host = facts.facts.tiers.find(({ id }) => id === row.host);
  return `it runs on the machines of ${host?.title ?? row.host}: mend those`;
}

/** A mending in one sentence, with what the model says about it. */
export function mendingText(mending: Mending | undefined): string {
  if (mending === undefined) return 'no mending was needed';
  const { measures, unavailability, meets, cost } = mending;
  const what = measures.length === 0 ? 'leave it as it is' : measures.join(', and ');
  const result = `${availabilityText(unavailability)} at the peak (down with chance ${chanceText(unavailability)})`;
  if (meets)
    return `cheapest that suffices (at the price of ${countedMachines(cost)}): ${what}; then ${result}`;
  return `nothing that was tried suffices; nearest is: ${what}; then ${result}`;
}

function countedMachines(cost: number): string {
  const count = Number(cost.toPrecision(3));
  return count === 1 ? '1 machine' : `${count} machines`;
}

export function minutesOf({ facts }: AvailabilityFacts, unavailability: number): number {
  return unavailability * facts.windowHours * 60;
}
