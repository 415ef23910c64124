import { greyLoss } from '../availability/hardware.ts';
import { pathShareWith } from './capacity.ts';
import { hoursPerYear, type Mode, type ModeEvent, type Model, secondsPerHour } from './mode.ts';
import { perhaps } from './planned.ts';
import type { FailureMode } from './types.ts';

/** Machines that answer and lose requests, until probes or people take them out. */
export function greyMode(model: Model): Mode {
  const { facts, grey } = model.parts;
  const perMachine = grey.fault.rate * hoursPerYear;
  const seconds = grey.fault.detectionTime * secondsPerHour;
  const events = facts
    .filter(({ host }) => host === undefined)
    .map((each): ModeEvent => {
      const perYear = perMachine * each.machines;
      const lost = greyLoss(grey, each.machines).unavailability;
      const share =
        perYear === 0 ? 0 : Math.min(1, (lost * hoursPerYear * secondsPerHour) / (perYear * seconds));
      const failing = pathShareWith(model, new Map([[each.id, share]]));
      return {
        tier: each.id,
        title: each.title,
        perYear,
        courses: [
          {
            weight: 1,
            stages: [{ from: 0, share: failing, capacity: Number.POSITIVE_INFINITY }],
            selfHealing: seconds,
            heals: 'software',
            mitigate: model.mitigation.drain,
          },
        ],
      };
    });
  return {
    mode: 'grey',
    title: 'grey machine',
    events,
    why: 'a machine that passes its checks and loses requests, until probes of answers or an alert find it',
  };
}

/** Tiers away as a whole that no request waits for: they are listed because they cost nothing. */
export function decoupledModes(model: Model): Mode[] {
  const bridged = perhaps(model.plan, 'usageAggregator.buffer.duration');
  return [
    ...decoupled(model, 'identityManagement', 'identityManagement', 'identity management plane down', [
      'customers and keys cannot be changed, and requests do not notice: they read copies',
      'requests need it, so they fail while it is away',
    ]),
    ...decoupled(model, 'storeBehind', 'usageStore', 'usage store behind', [
      bridged === undefined
        ? 'aggregators keep the records until the store takes them; no request waits for it'
        : `aggregators keep the records of ${Math.round(bridged / secondsPerHour)} h until the store takes them; no request waits for it`,
      'requests need it, so they fail while it is away',
    ]),
  ];
}

function decoupled(
  model: Model,
  mode: FailureMode,
  tier: string,
  title: string,
  [apart, inPath]: readonly [string, string],
): Mode[] {
  const steady = model.availability.tables.find(({ question }) => question === 'steady');
  const row = steady?.rows.find(({ id }) => id === tier);
  if (row === undefined) return [];
  const share = pathShareWith(model, new Map([[tier, 1]]));
  const courses = [
    {
      weight: 1,
      stages: [{ from: 0, share, capacity: Number.POSITIVE_INFINITY }],
      selfHealing: (row.meanOutageHours ?? 0) * secondsPerHour,
      heals: 'itself' as const,
    },
  ];
  const events = [{ tier, title: row.title, perYear: row.outagesPerYear ?? 0, courses }];
  return [{ mode, title, events, why: share > 0 ? inPath : apart }];
}
