import { share } from './checks.ts';
import { assumedQuantity } from './quantity.ts';
import { choice, type Found, list, type Reader } from './reader.ts';
import type { Survivable } from './types.ts';
import { assumedValue, withOrigin } from './value.ts';

export const survivables = ['machine', 'zone'] as const;

/** What a tier may do with demand that it cannot serve. */
export const overloadPolicies = ['shed', 'queue', 'degrade'] as const;

/** A list of words, each at most once. */
const survive: Reader<readonly Survivable[]> = {
  schema: { type: 'array', items: { enum: survivables }, uniqueItems: true },
  read: (at) => {
    const read = list(choice(survivables), 'survive: [machine]').read(at);
    for (const again of repeated(at.items ?? [])) {
      again.report(
        'duplicate-name',
        `\`${again.text}\` is given twice in \`${at.path}\``,
        'remove one of them',
      );
    }
    return read;
  },
};

/** Items of a list whose text stands there already. */
export function repeated(items: readonly Found[]): readonly Found[] {
  const texts = items.map((item) => item.text);
  return items.filter((item, index) => item.text !== undefined && texts.indexOf(item.text) < index);
}

/** Keys of `policy`: how much is kept free, what must be survived, and what gives way. */
export const policyKeys = {
  headroom: assumedQuantity(
    'Share of the capacity that is kept free at the peak.',
    {
      unit: '1',
      example: '20 %',
      checks: [share('a headroom', { zero: true, one: false }, 'headroom: 20 %')],
    },
    '20 %',
    'the allowance for surges that the worked example of the source adds',
  ),
  survive: assumedValue(
    'What may be lost at the peak without loss of service.',
    withOrigin(survive),
    '[machine]',
    ['machine'],
    'a machine fails every few weeks in a fleet; a zone rarely does',
  ),
  onZoneLoss: assumedValue(
    'What happens to demand above the capacity that is left when a zone is lost.',
    withOrigin(choice(overloadPolicies)),
    'shed',
    'shed',
    'refusing the excess keeps the latency of what is served',
  ),
};
