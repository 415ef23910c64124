import { promise, share } from './checks.ts';
import { shareRule } from './failures.ts';
import { named, object, optional, required } from './object.ts';
import { quantity } from './quantity.ts';
import { choice, type Found, list, type Reader, refined, text } from './reader.ts';
import type { CalendarSpec, CreditSpec, SpecValue, SplitSpec } from './types.ts';
import { withOrigin } from './value.ts';

/** Calendar units over which an objective can be counted. */
export const calendarUnits = ['day', 'week', 'month', 'quarter', 'year'] as const;

const timeZone = refined(text('Europe/Berlin'), (zone, at): string | undefined => {
  if (isTimeZone(zone)) return zone;
  return at.report(
    'out-of-range',
    `\`${at.path}\` is \`${zone}\`, which is no time zone`,
    'write a name of the IANA database, for instance `Europe/Berlin` or `UTC`',
  );
});

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The key `calendar`: `{unit: month, timeZone: Europe/Berlin}`. */
export const calendar: Reader<CalendarSpec> = refined(
  object({
    unit: required('Part of the calendar that is one window.', choice(calendarUnits), 'unit: month'),
    timeZone: optional('Time zone in which it begins at midnight; UTC where it is left out.', timeZone),
  }),
  ({ unit, timeZone: zone = 'UTC' }) => ({ unit, timeZone: zone }),
);

const rules = withOrigin(refined(choice(['equal', 'cost']), (rule): SplitSpec => ({ rule })));

const shares = refined(
  named(quantity(shareRule('a share', 'worker', '40 %')), 'split: {api: 10 %, worker: 40 %}'),
  (read, at): SplitSpec | undefined => {
    const given = [...read].map(([tier, each]) => ({ tier, share: each }));
    const sum = given.reduce((total, each) => total + each.share.value, 0);
    if (sum <= 1 + 1e-9) return { rule: 'given', shares: given };
    return at.report(
      'out-of-range',
      `the shares of \`${at.path}\` add up to ${Number((100 * sum).toPrecision(6))} %`,
      'give away at most 100 %; what is left over stays unallocated',
    );
  },
);

/** The key `split`: `cost`, `equal`, or a share for each tier. */
export const split: Reader<SpecValue<SplitSpec>> = {
  get schema() {
    return { anyOf: [rules.schema, shares.schema] };
  },
  read: (at) => (at.entries === undefined ? rules.read(at) : withOrigin(shares).read(at)),
};

const credit = object({
  below: required(
    'Availability of a month below which the credit is due.',
    quantity({ unit: '1', example: '99.9 %', checks: promise('an availability', 'below: 99.9 %') }),
    'below: 99.9 %',
  ),
  credit: required(
    "Share of the month's bill that is given back.",
    quantity({
      unit: '1',
      example: '10 %',
      checks: [share('a credit', { zero: false, one: true }, 'credit: 10 %')],
    }),
    'credit: 10 %',
  ),
});

/** The key `sla`: steps of credit, from the mildest to the hardest. */
export const sla: Reader<SpecValue<readonly CreditSpec[]>> = withOrigin(
  refined(list(credit, 'sla: [{below: 99.5 %, credit: 10 %}]'), (steps, at) => {
    const items = at.items ?? [];
    if (items.length === 0) {
      return at.report('out-of-range', `\`${at.path}\` has no step`, 'leave it out, or write a step');
    }
    return items.length === steps.length && steps.every((step, i) => isNext(steps[i - 1], step, items[i]))
      ? steps
      : undefined;
  }),
);

/** A later step is due at less availability and gives back more. */
function isNext(before: CreditSpec | undefined, step: CreditSpec, at: Found | undefined): boolean {
  if (before === undefined) return true;
  const advice =
    'order the steps from the mildest to the hardest: {below: 99.5 %, credit: 10 %}, {below: 99 %, ...}';
  if (step.below.value >= before.below.value) {
    at?.at('below')?.report('out-of-range', `\`${at.path}.below\` is not below the step before it`, advice);
    return false;
  }
  if (step.credit.value <= before.credit.value) {
    at?.at('credit')?.report(
      'out-of-range',
      `\`${at.path}.credit\` gives back no more than the step before it`,
      advice,
    );
    return false;
  }
  return true;
}
