import { promise } from './checks.ts';
import { object, optional } from './object.ts';
import { quantity } from './quantity.ts';
import { choice, type Found, type Reader, text } from './reader.ts';
import type { TierAnswers } from './types.ts';

export const consistencies = [
  'linearizable',
  'sequential',
  'causal',
  'read-your-writes',
  'eventual',
] as const;
export const underPartitions = ['consistency', 'availability'] as const;

/**
 * Consistencies that cannot be kept by every node that answers while the network is split. For `linearizable` this
 * is the theorem of Gilbert and Lynch (2002). It holds for `sequential` too: two sides that each write their own
 * register and then read the other's must both read the old value, and no single order of the four allows that.
 */
const needAgreement: readonly string[] = ['linearizable', 'sequential'];

const partition = choice(underPartitions);

/** One of the two; a list with both is not a slip of notation but a claim, and gets its own answer. */
const underPartition: Reader<(typeof underPartitions)[number]> = {
  schema: partition.schema,
  read: (at) => {
    const claims = at.items?.map((item) => item.text) ?? [];
    if (!underPartitions.every((each) => claims.includes(each))) return partition.read(at);
    return impossible(at, 'consistency and availability under partition');
  },
};

const shape = object({
  availability: optional(
    'Share of the requests that the tier answers.',
    quantity({ unit: '1', example: '99.99 %', checks: promise('an availability', 'availability: 99.99 %') }),
  ),
  latency: optional('Response time that its callers may count on.', text('p99 below 20 ms')),
  throughput: optional('Rate that its callers may count on.', text('10k req/s per region')),
  consistency: optional('What a reader may see of earlier writes.', choice(consistencies)),
  underPartition: optional('What is kept when the network is split: one of the two.', underPartition),
  durability: optional('What is never lost once it was acknowledged.', text('none: holds no state')),
});

/** The third question: what the tier guarantees. */
export const guarantees: Reader<NonNullable<TierAnswers['guarantees']>> = {
  get schema() {
    return shape.schema;
  },
  read: (at) => {
    const read = shape.read(at);
    if (read?.underPartition !== 'availability' || !needAgreement.includes(read.consistency ?? ''))
      return read;
    const claim = at.at('underPartition');
    return impossible(claim ?? at, `${read.consistency} consistency and availability under partition`);
  },
};

function impossible(at: Found, both: string): undefined {
  return at.report(
    'impossible-guarantee',
    `no system gives ${both}: while the network is split, a node that cannot hear the others must either wait ` +
      'or answer without their writes (Gilbert & Lynch 2002)',
    'choose `underPartition: consistency` (the smaller side stops answering), or `underPartition: availability` ' +
      'with `consistency: causal`, `read-your-writes` or `eventual`',
  );
}
