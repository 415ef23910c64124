import type { ConfigProblem } from '../shared/config.ts';
import type { BillingConfig } from '../shared/config-types.ts';
import { createCalendar } from './calendar.ts';
import { billSql } from './sql.ts';

/** Prices and a period with which bills could not be exact. */
export function billingProblems({
  prices: { cpuSecond, byte },
  period,
}: Pick<BillingConfig, 'prices' | 'period'>): readonly ConfigProblem[] {
  return [
    ...refusals(() => billSql({ cpuSecond, byte: '0' })),
    ...refusals(() => billSql({ cpuSecond: '0', byte })),
    ...refusals(() => createCalendar(period)),
  ];
}

/** What a RangeError says: `billing.period: why`. */
function refusals(make: () => unknown): readonly ConfigProblem[] {
  try {
    make();
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [path = '', message = ''] = error.message.split(/: ([\s\S]*)/);
    return [{ path, message }];
  }
}
