import { Decimal } from 'decimal.js';
import { openColdStore } from '../cold/open.ts';
import type { BillingConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { type BillingRun, runBilling } from './run.ts';

/**
 * One run for a scheduler that starts it: settles and bills what is due, and says what it did, a line each. Throws
 * where it could not do all of it; the next goes on.
 */
export async function billOnce(
  config: BillingConfig,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<string> {
  const cold = await openColdStore(config.coldStore);
  try {
    // Nobody can ask a process that ends for its metrics; the log has the same numbers.
    return describeRun(await runBilling(config, { cold, logger, metrics: createMetrics('billing'), signal }));
  } finally {
    await cold.close();
  }
}

/** A line for each window that was settled and each bill that was written, and one for what is not due yet. */
export function describeRun({ chapters, bills, waiting }: BillingRun): string {
  const settled = chapters.map(({ window: { from, to }, number, records }) => {
    const counts = Object.entries(records).map(([outcome, count]) => `${count} ${outcome}`);
    const kind = number > 0 ? ` again (late records, ${number})` : '';
    return `settled ${from} to ${to}${kind}: ${counts.join(', ')}`;
  });
  const billed = bills.map(({ period: { from, to }, number, lines, currency }) => {
    const sum = lines.reduce((all, { total_usd }) => all.plus(total_usd), new Decimal(0));
    const kind = number > 0 ? `correction ${number} of the bill` : 'bill';
    return `${kind} of ${from} to ${to}: ${lines.length} customers, ${sum.toFixed(2)} ${currency}`;
  });
  const done = [...settled, ...billed];
  const kept = waiting > 0 ? [`${waiting} batches of records wait until their windows are over`] : [];
  return [...(done.length > 0 ? done : ['nothing was due']), ...kept].join('\n');
}
