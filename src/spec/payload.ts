import { positive, share } from './checks.ts';
import { lognormalMix, type Width } from './lognormal.ts';
import { type Keys, type ObjectOf, object, optional, required } from './object.ts';
import { type QuantityRule, quantity } from './quantity.ts';
import { type Found, list, type Reader, refined } from './reader.ts';
import type { PayloadMix, SpecQuantity, SpecValue } from './types.ts';

export interface Payload {
  readonly mix: SpecValue<PayloadMix>;
  readonly max: SpecQuantity;
}

const bytes = (example: string): QuantityRule => ({
  unit: 'B',
  example,
  checks: [positive('a payload size', `write for instance \`${example}\``)],
});

const max = required('Largest payload that is accepted.', quantity(bytes('1 MB')), 'max: 1 MB');

const sizeClass = object({
  size: required('Payload of the class.', quantity(bytes('256 kB')), 'size: 256 kB'),
  share: required(
    'Share of the requests that carry this payload.',
    quantity({
      unit: '1',
      example: '15 %',
      checks: [share('a share', { zero: false, one: true }, 'share: 15 %')],
    }),
    'share: 15 %',
  ),
});

const classesExample = 'classes: [{size: 64 kB, share: 60 %}, {size: 512 kB, share: 40 %}]';

const classesForm = {
  max,
  classes: required(
    'Sizes with their shares, which add up to 100 %.',
    refined(list(sizeClass, classesExample), readClassList),
    classesExample,
  ),
} satisfies Keys;

const lognormalForm = {
  max,
  mean: required('Mean payload.', quantity(bytes('256 kB')), 'mean: 256 kB'),
  p99: optional('Payload that 99 % of the requests stay below; this or spread.', quantity(bytes('900 kB'))),
  spread: optional(
    'Standard deviation over mean; this or p99.',
    quantity({
      unit: '1',
      example: '1',
      checks: [positive('a spread', 'write for instance `spread: 1`')],
    }),
  ),
} satisfies Keys;

const byClasses = refined(object(classesForm), readClasses);
const byLognormal = refined(object(lognormalForm), readLognormal);

/** `{max, classes: [{size, share}]}`, or a lognormal `{max, mean, p99}` or `{max, mean, spread}` cut at max. */
export const payload: Reader<Payload> = {
  get schema() {
    return { anyOf: [byClasses.schema, byLognormal.schema] };
  },
  read: (at) => {
    const entries = at.entries;
    const lognormal = entries !== undefined && ['mean', 'p99', 'spread'].some((key) => entries.has(key));
    if (lognormal && entries.has('classes')) {
      return at
        .at('classes')
        ?.report(
          'unknown-key',
          `\`${at.path}\` has both classes and a mean`,
          'keep either classes, or mean with p99 or spread',
        );
    }
    const read = (lognormal ? byLognormal : byClasses).read(at);
    return read === undefined ? undefined : { max: read.max, mix: { value: read.mix, origin: at.origin } };
  },
};

/** What must hold among the classes, whether or not `max` can be read. */
function readClassList(classes: Classes, at: Found): Classes | undefined {
  const items = at.items ?? [];
  if (items.length === 0) {
    return at.report('missing-key', `\`${at.path}\` is empty`, `write for instance \`${classesExample}\``);
  }
  // Where a class was refused, its share is missing in the sum.
  if (classes.length < items.length) return undefined;
  reportTwice(classes, items);
  reportSum(classes, at);
  // Handed on even so: whether a class is above the maximum is told too.
  return classes;
}

function readClasses(read: ObjectOf<typeof classesForm>, at: Found) {
  if (!reportTooLarge(read, at.at('classes')?.items ?? [])) return undefined;
  const classes = read.classes
    .map((each) => ({ bytes: each.size.value, share: each.share.value }))
    .sort((a, b) => a.bytes - b.bytes);
  return { max: read.max, mix: { classes, meanBytes: meanOf(read.classes), maxBytes: read.max.value } };
}

type Classes = readonly { readonly size: SpecQuantity; readonly share: SpecQuantity }[];

/** Summed in parts per 1e12, so that shares with few decimals give an exact mean. */
function meanOf(classes: Classes): number {
  const scale = 1e12;
  const parts = classes.map((each) => Math.round(each.share.value * scale));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return classes.reduce((sum, each, index) => sum + each.size.value * ((parts[index] ?? 0) / total), 0);
}

function reportTooLarge(read: ObjectOf<typeof classesForm>, items: readonly Found[]): boolean {
  const large = items.filter((_, index) => (read.classes[index]?.size.value ?? 0) > read.max.value);
  for (const item of large) {
    const size = item.at('size');
    size?.report(
      'out-of-range',
      `a payload class of ${size.text} is above the largest accepted payload`,
      'raise `max`, or leave the class out: larger payloads are refused at the door',
    );
  }
  return large.length === 0;
}

function reportTwice(classes: Classes, items: readonly Found[]): void {
  const sizes = classes.map((each) => each.size.value);
  for (const item of items.filter((_, index) => sizes.indexOf(sizes[index] ?? 0) < index)) {
    const size = item.at('size');
    const message = `the payload class ${size?.text} is given twice`;
    size?.report('duplicate-name', message, 'add their shares in one class');
  }
}

function reportSum(classes: Classes, at: Found): void {
  const sum = classes.reduce((total, each) => total + each.share.value, 0);
  if (Math.abs(sum - 1) <= 1e-9) return;
  const percent = Number((sum * 100).toPrecision(6));
  at.report(
    'out-of-range',
    `the shares of the payload classes add up to ${percent} %, not 100 %`,
    `change the shares by ${Number((100 - percent).toPrecision(6))} % in all`,
  );
}

function readLognormal(read: ObjectOf<typeof lognormalForm>, at: Found) {
  const width = widthOf(read, at);
  if (width === undefined) return undefined;
  if (read.mean.value >= read.max.value) {
    const mean = at.at('mean');
    return mean?.report(
      'out-of-range',
      `a mean payload of ${mean.text} is not below the largest accepted payload`,
      'raise `max` or lower `mean`',
    );
  }
  try {
    return { max: read.max, mix: lognormalMix(read.mean.value, read.max.value, width) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const name = 'p99' in width ? 'p99' : 'spread';
    return at
      .at(name)
      ?.report(
        'out-of-range',
        `no lognormal distribution below the largest payload has this mean and this ${name}`,
        'p99 lies between the mean and max; write the sizes as `classes` where the distribution is another',
      );
  }
}

function widthOf(read: ObjectOf<typeof lognormalForm>, at: Found): Width | undefined {
  if (read.p99 !== undefined && read.spread !== undefined) {
    return at.at('spread')?.report('unknown-key', 'both p99 and spread are given', 'keep one of them');
  }
  if (read.p99 !== undefined) return { p99: read.p99.value };
  if (read.spread !== undefined) return { spread: read.spread.value };
  if (at.at('p99') !== undefined || at.at('spread') !== undefined) return undefined;
  return at
    .at('mean')
    ?.report(
      'missing-key',
      `\`${at.path}\` has a mean and no width`,
      'add for instance `p99: 900 kB`, or `spread: 1` (standard deviation over mean)',
    );
}
