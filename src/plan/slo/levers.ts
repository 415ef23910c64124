import { type Lever, leversOf } from '../../models/slo/risk.ts';
import { formatQuantity } from '../../units/format.ts';
import { withoutNoise } from '../availability/input.ts';
import type { DraftLine, LineBudget } from './line.ts';
import { hoursPerYear, secondsPerHour } from './mode.ts';
import type { FailureMode, LineLever } from './types.ts';

/** What to do, for each way to fail and each lever that it has. */
const advice: Readonly<Record<FailureMode, Partial<Record<Lever, string>>>> = {
  machine: {
    rarer: 'buy or choose machines that fail less often',
    smaller: 'keep one more machine than the peak needs',
    'sooner repaired': 'let machines that stand ready take over by software',
    'sooner detected': 'check the health of machines more often',
  },
  rack: places('rack'),
  power: places('power unit'),
  switch: places('switch'),
  zone: {
    ...places('zone'),
    smaller: 'keep so many machines that the zones that are left carry the peak (policy.survive: zone)',
  },
  region: { ...places('region'), smaller: 'serve from a second region' },
  grey: {
    rarer: 'look for what makes machines go grey',
    smaller: 'try a request that failed on another machine',
    'sooner detected': 'probe with real requests, and compare machines with each other',
    'sooner repaired': 'take outliers out by software',
  },
  election: {
    rarer: 'move leaders away from machines before they are worked on',
    smaller: 'divide the load over more partitions, so that a leader leads less',
    'sooner repaired': 'fail over by software',
    'sooner detected': 'send heartbeats more often',
  },
  deploy: changes('release'),
  configuration: changes('configuration'),
  poisonRequest: {
    rarer: 'check input before it reaches the machines that can die of it',
    smaller: 'divide customers into shards',
    'sooner detected': 'count crashes by customer',
    'sooner repaired': 'set requests aside by software that killed a worker twice',
  },
  overload: {
    rarer: 'limit each client, and let clients wait longer after each refusal',
    smaller: 'divide customers into shards',
    'sooner detected': 'alert on refusals by client',
    'sooner repaired': 'limit clients by software',
  },
  certificate: {
    rarer: 'alert on certificates weeks before they end',
    smaller: 'give each node a certificate of its own, with another end',
    'sooner detected': 'connect from outside, as clients do',
    'sooner repaired': 'rehearse the issue of a certificate',
  },
  dependency: {
    rarer: 'choose a dependency that promises a nine more',
    smaller: 'keep serving what does not need it',
    'sooner detected': 'watch it from outside',
    'sooner repaired': 'rehearse how to do without it',
  },
  identityManagement: {},
  storeBehind: {},
  slow: { smaller: 'make the slow requests faster, or refuse them' },
};

function places(what: string): Partial<Record<Lever, string>> {
  return {
    rarer: `choose places whose ${what} fails less often`,
    smaller: `spread the tier over more places, so that a ${what} holds less of it`,
    'sooner detected': 'shed with a distinct answer and alert on it',
    'sooner repaired': 'keep machines ready elsewhere that take over by software',
  };
}

function changes(what: string): Partial<Record<Lever, string>> {
  return {
    rarer: `test each ${what} under real traffic before it is pushed`,
    smaller: `push each ${what} in stages`,
    'sooner detected': 'compare the first stage with the rest',
    'sooner repaired': 'roll back by software as soon as the fast alert fires',
  };
}

/**
 * Rarer, smaller, sooner: what halving each would save of a window, and where it must stand for the line to take its
 * cap. The impact is the mean over the hours of the day, at the mean rate.
 */
export function leversOfLine(line: Omit<DraftLine, 'levers'>, budget: LineBudget): LineLever[] {
  const { requests, times, eventsPerYear } = line;
  if (!(requests.value > 0 && times.lasts > 0 && eventsPerYear > 0)) return [];
  const perYear = (hoursPerYear * secondsPerHour) / budget.windowSeconds;
  const minutes = (lost: number) => (lost * perYear) / budget.meanRate / 60;
  // A line mended by itself or by software has no detection by people to shorten.
  const detect = times.endedBy === 'people' ? Math.min(times.detect, times.lasts) / 60 : 0;
  const repair = times.lasts / 60 - detect;
  // Of events that are parts of others only some cost anything; the share that does is part of the impact.
  const impact = Math.min(1, minutes(requests.value) / (eventsPerYear * (times.lasts / 60)));
  const risk = { name: line.title, eventsPerYear, detectMinutes: detect, repairMinutes: repair, impact };
  const allowed = minutes(budget.cap * budget.requests.value);
  const toRequests = requests.value / minutes(requests.value);
  return leversOf(risk, allowed).flatMap(({ lever, savedByHalving, needed }) => {
    const what = advice[line.mode][lever];
    if (what === undefined || savedByHalving <= 0) return [];
    const now = {
      rarer: eventsPerYear,
      smaller: impact,
      'sooner detected': detect,
      'sooner repaired': repair,
    };
    return [
      {
        lever,
        savedByHalving: withoutNoise(savedByHalving * toRequests),
        now: leverText(lever, now[lever]),
        ...(line.overCap && needed > 0 ? { needed: leverText(lever, needed) } : {}),
        advice: what,
      },
    ];
  });
}

function leverText(lever: Lever, value: number): string {
  if (lever === 'rarer') return `${Number(value.toPrecision(3))} a year`;
  if (lever === 'smaller') return `${Number((100 * value).toPrecision(3))} % of the requests`;
  return formatQuantity(value * 60, 'min');
}
