import { consistencies, underPartitions } from '../../spec/guarantees.ts';
import { scopes, tenancies, tierIds } from '../../spec/tiers.ts';
import type { Question } from './questions.ts';

type Row = readonly [path: string, message: string, options?: readonly string[]];

/** The six questions of the source; the third and the fourth have several parts. */
const rows: readonly Row[] = [
  ['scope', '1. Is it global or regional?', scopes],
  ['tenancy', '2. Is it single-tenant or multi-tenant?', tenancies],
  ['guarantees.availability', '3. Which availability does it guarantee?'],
  ['guarantees.latency', '3. Which latency?'],
  ['guarantees.throughput', '3. Which throughput?'],
  ['guarantees.consistency', '3. Which consistency?', consistencies],
  [
    'guarantees.underPartition',
    '3. Which of the two does it keep when the network is split?',
    underPartitions,
  ],
  ['guarantees.durability', '3. Which durability?'],
  ['identity.authentication', '4. How do callers prove who they are?'],
  ['identity.authorization', '4. How is it decided what they may do?'],
  ['identity.audit', '4. What is recorded?'],
  ['billing', '5. How is billing for quota limits performed?'],
  ['updates', '6. How will updates be deployed?'],
];

/** Questions about one tier; `--answer` answers any of them and `--accept` takes all offered answers of the tier. */
export function tierQuestions(tier: string): readonly Question[] {
  return rows.map(([path, message, options]) => ({
    id: `${tier}.${path}`,
    flag: `--answer ${tier}.${path}`,
    message: `${tier}: ${message}`,
    form: path === 'guarantees.availability' ? 'quantity' : 'text',
    path: ['tiers', tier, ...path.split('.')],
    open: true,
    tier,
    ...(options === undefined ? {} : { options }),
  }));
}

/** Every question about every tier. */
export const allTierQuestions: readonly Question[] = tierIds.flatMap(tierQuestions);
