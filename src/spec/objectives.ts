import { calendar, sla, split } from './budget-keys.ts';
import { positive, promise, share } from './checks.ts';
import { defaulted, type Key, object, optional, required } from './object.ts';
import { assumedQuantity, type QuantityRule, quantity } from './quantity.ts';
import type { Reader } from './reader.ts';
import type { SpecQuantity } from './types.ts';
import { assumedValue } from './value.ts';

const availability = object({
  target: required(
    'Share of the requests that must be answered well within the window.',
    quantity({ unit: '1', example: '99.9 %', checks: promise('an availability', 'target: 99.9 %') }),
    'target: 99.9 %',
  ),
  window: assumedQuantity(
    'Time over which the objective is counted.',
    {
      unit: 's',
      example: '30 d',
      checks: [positive('a window', 'write for instance `window: 30 d`')],
    },
    '30 d',
    'the usual rolling window of an objective',
  ),
  calendar: optional(
    'Part of the calendar that is counted instead of the last `window`; alerts go on looking at `window`.',
    calendar,
  ),
  missChance: assumedQuantity(
    'Largest chance that is accepted that a window misses an objective.',
    {
      unit: '1',
      example: '5 %',
      checks: [share('a chance', { zero: false, one: false }, 'missChance: 5 %')],
    },
    '5 %',
    'one window in twenty may miss; an objective that nothing ever endangers costs too much',
  ),
});

const percentileRule: QuantityRule = {
  unit: '1',
  example: 'p99',
  checks: [share('a percentile', { zero: false, one: false }, 'percentile: p99')],
};

/** `p99`, `p99.9` or `99 %`. */
const percentile: Reader<SpecQuantity> = {
  schema: { type: 'string', examples: ['p99'] },
  read: (at) => {
    const written = at.text ?? '';
    const digits = /^p(\d+(?:\.\d+)?)$/i.exec(written)?.[1];
    if (digits !== undefined) return quantity(percentileRule).read(at.as(`${digits} %`));
    if (/^\d/.test(written)) return quantity(percentileRule).read(at);
    return at.wrongType('a percentile', 'write for instance `percentile: p99`');
  },
};

const latencyKeys = {
  percentile: defaulted('Percentile of the response time.', percentile, 'p99', () => ({
    value: 0.99,
    unit: '%',
    exact: '0.99',
    origin: {
      kind: 'assumed',
      why: 'the percentile that latency objectives are usually stated for',
    } as const,
  })),
  below: required(
    'Time that the percentile stays below.',
    quantity({
      unit: 's',
      example: '500 ms',
      checks: [positive('a latency bound', 'write for instance `below: 500 ms`')],
    }),
    'below: 500 ms',
  ),
  payloadBelow: optional(
    'The objective holds for payloads up to this size; the largest accepted payload where it is left out.',
    quantity({
      unit: 'B',
      example: '1 MB',
      checks: [positive('a payload size', 'write for instance `payloadBelow: 1 MB`')],
    }),
  ),
} satisfies Record<string, Key<SpecQuantity>>;

/** The key `objectives`: what is promised. */
export const objectives = object({
  availability: required(
    'Availability that is promised, and over which time.',
    availability,
    'availability: {target: 99.9 %, window: 30 d}',
  ),
  latency: required(
    'Response time that is promised.',
    object(latencyKeys),
    'latency: {percentile: p99, below: 500 ms, payloadBelow: 1 MB}',
  ),
  durability: optional(
    'Chance that a stored record survives a year.',
    quantity({
      unit: '1',
      example: '99.999999999 %',
      checks: promise('a durability', 'durability: 99.999999999 %'),
    }),
  ),
  split: assumedValue(
    'How the error budget is divided over the tiers in the path of a request: cost, equal, or a share for each.',
    split,
    'cost',
    { rule: 'cost' },
    'tiers get room in proportion to what their models say that they need',
  ),
  sla: optional('Credits that are due when a month falls below an availability, the mildest first.', sla),
});
