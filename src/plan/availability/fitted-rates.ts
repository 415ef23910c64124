import type { Evidence } from '../../evidence/fit.ts';
import type { IncidentLog } from '../../evidence/types.ts';
import { hoursPerYear } from '../../models/reliability/catalogue.ts';
import type { Interval } from '../../models/statistics/interval.ts';
import { rateInterval } from '../../models/statistics/rate.ts';
import type { Origin } from '../../sheet/types.ts';
import type { CauseKind, Spec, SpecQuantity } from '../../spec/types.ts';
import { formatQuantity } from '../../units/format.ts';
import type { Finding } from '../types.ts';
import { confidence } from './demonstrated.ts';
import { causeNames, plainName } from './incident-notes.ts';
import { digitsText } from './text.ts';
import { usualCauses } from './usual-causes.ts';

/**
 * Events from which on a fitted rate is taken for an assumed one. Garwood's 95 % interval of 5 events reaches from
 * 1.6 to 11.7, a factor of 7; of 4 it is a factor of 9.4, and below that it is wider than the factor of ten that lies
 * between the ends of the published first-year figures, so that the assumption says as much.
 */
export const enoughEvents = 5;
/** Chance to take a machine from which on a shock is one that takes the whole zone, as the model's events do. */
const wholeZone = 0.9;

/** The spec with what an incident log has measured in the place of what it does not give. */
export interface FittedRates {
  readonly spec: Spec;
  /** Names of the inputs that are measured now. */
  readonly used: readonly string[];
  /** Given rates that the log contradicts; they stay. */
  readonly contradictions: readonly Finding[];
}

/** A fitted rate per hour. */
interface FittedRate {
  readonly events: number;
  readonly value: number;
  readonly interval: Interval;
}

/**
 * Puts fitted rates and lengths in the place of assumed ones: of machines alone, of shocks that take a whole zone, and
 * of causes that the log names. What the spec gives stays; where the fitted 95 % interval leaves it out, that is a finding.
 */
export function fittedRates(spec: Spec, log: IncidentLog, evidence: Evidence): FittedRates {
  const origin: Origin = { kind: 'measured', file: log.file, run: `${log.incidents.length} incidents` };
  const { ownFailures, shocks, timeToRepair, timeToSharedRepair } = evidence;
  const used: string[] = [];
  const contradictions: Finding[] = [];
  const choose = (name: string, given: SpecQuantity | undefined, rate: FittedRate | undefined) => {
    if (rate === undefined || rate.events < enoughEvents) return undefined;
    if (given !== undefined) contradictions.push(...contradicted(name, given, rate));
    else used.push(name);
    return given === undefined ? quantity(rate.value / 3600, '1/s', origin) : undefined;
  };
  const length = (fits: Evidence['timeToRepair']) =>
    fits.kind === 'fitted' && Number.isFinite(fits.fit.best.mean.value)
      ? { repair: quantity(fits.fit.best.mean.value * 3600, 's', origin) }
      : {};
  const { machine, zone } = spec.failures;
  const own = { ...ownFailures, events: ownFailures.failures };
  const shock = shocks.find(({ level }) => level === 'zone');
  const takesAll = shock?.lethality.kind === 'fitted' && shock.lethality.fit.lethality.value >= wholeZone;
  // Unavailability and repair time decide the rate; either of them alone leaves it to be measured.
  const machineRate =
    impliedRate(machine) === undefined ? choose('failures.machine.rate', machine?.rate, own) : undefined;
  if (own.events >= enoughEvents) contradictions.push(...contradictedMachine(machine, own, evidence));
  const machineRepair = isGiven(machine) ? {} : length(timeToRepair);
  const zoneRate =
    shock === undefined || !takesAll || (isGiven(zone) && zone?.rate === undefined)
      ? undefined
      : choose('failures.zone.rate', zone?.rate, { ...shock.rate, events: shock.events });
  const causes = (Object.keys(usualCauses) as CauseKind[]).flatMap((kind) => {
    const rate = choose(`causes.${kind}.rate`, spec.causes[kind]?.rate, causeRate(log, kind));
    return rate === undefined ? [] : [[kind, { ...spec.causes[kind], rate }] as const];
  });
  return {
    used,
    contradictions,
    spec: {
      ...spec,
      failures: {
        ...spec.failures,
        ...(machineRate === undefined
          ? {}
          : { machine: { ...machine, rate: machineRate, ...machineRepair } }),
        ...(zoneRate === undefined ? {} : { zone: { rate: zoneRate, ...length(timeToSharedRepair) } }),
      },
      causes: { ...spec.causes, ...Object.fromEntries(causes) },
    },
  };
}

function isGiven(failure: Spec['failures']['machine']): boolean {
  return failure !== undefined && Object.keys(failure).length > 0;
}

/** Incidents of a cause in the log: those that begin within two minutes of each other are one. */
function causeRate({ incidents, window }: IncidentLog, kind: CauseKind): FittedRate {
  const names = causeNames(kind).map(plainName);
  const starts = incidents
    .filter(({ cause }) => cause !== undefined && names.includes(plainName(cause)))
    .map(({ start }) => start)
    .sort((a, b) => a - b);
  const events = starts.filter((start, i) => i === 0 || start - (starts[i - 1] as number) > 120).length;
  const hours = (window.to - window.from) / 3600;
  return { events, value: events / hours, interval: rateInterval(events, hours, confidence) };
}

function quantity(value: number, unit: string, origin: Origin): SpecQuantity {
  return { value, unit, exact: String(value), origin };
}

function contradicted(name: string, { value }: SpecQuantity, { events, interval }: FittedRate): Finding[] {
  const given = value * 3600;
  if (given >= interval.low && given <= interval.high) return [];
  return [
    {
      code: 'assumption-contradicted',
      severity: 'warning',
      message: `${name} is given as ${perYear(given)}; ${events} events say ${perYear(interval.low)} to ${perYear(interval.high)}`,
      advice: `leave ${name} out for the measured rate, or say why the log is no guide`,
    },
  ];
}

/** The rate that a given unavailability and repair time stand for: q / ((1 - q) r), per second. */
function impliedRate(machine: Spec['failures']['machine']): number | undefined {
  if (machine?.unavailability === undefined || machine.repair === undefined) return undefined;
  const q = machine.unavailability.value;
  return q / (1 - q) / machine.repair.value;
}

/** What the spec gives of machines beside their rate: how long they are down, and the rate that follows from that. */
function contradictedMachine(
  machine: Spec['failures']['machine'],
  fitted: FittedRate,
  { unavailability: { value, interval } }: Evidence,
): Finding[] {
  const implied = impliedRate(machine);
  const rate: Finding[] =
    implied === undefined || machine?.repair === undefined
      ? []
      : contradicted('failures.machine.rate', { ...machine.repair, value: implied }, fitted);
  const given = machine?.unavailability;
  if (given === undefined || (given.value >= interval.low && given.value <= interval.high)) return rate;
  return [
    {
      code: 'assumption-contradicted',
      severity: 'warning',
      message: `failures.machine.unavailability is given as ${percent(given.value)}; ${fitted.events} failures say ${percent(value)} (${percent(interval.low)} to ${percent(interval.high)})`,
      advice:
        'leave failures.machine.unavailability out for what was measured, or say why the log is no guide',
    },
    ...rate,
  ];
}

function percent(share: number): string {
  return formatQuantity(Number(share.toPrecision(3)), '%');
}

function perYear(perHour: number): string {
  return `${digitsText(perHour * hoursPerYear)} a year`;
}
