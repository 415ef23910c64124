import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Decimal } from 'decimal.js';
import type { ColdStore } from '../../../service/contracts/cold-store.ts';
import type { UsageRecord } from '../../../service/contracts/usage.ts';
import type { BillingConfig } from '../../../service/shared/config-types.ts';
import { openDatabase } from '../../../service/usage/duckdb.ts';
import { landingKey } from '../../../service/usage/landing.ts';
import { writeParquet } from '../../../service/usage/parquet.ts';
import { writeRecord } from '../../../service/usage/record.ts';

export const day = 86_400_000;
/** The beginning of a period of 30 days. */
export const start = Math.floor(Date.UTC(2026, 3, 15) / (30 * day)) * 30 * day;

export function billingConfig(folder: string, more: Partial<BillingConfig> = {}): BillingConfig {
  return {
    engine: 'duckdb',
    cores: 2,
    partitions: 4,
    period: 30 * 86_400,
    deadline: 600,
    interval: 3600,
    settleTime: 3600,
    prices: { cpuSecond: '0.00005', byte: '0.00000000002' },
    coldStore: {
      url: pathToFileURL(join(folder, 'cold')).href,
      bucket: 'records',
      retention: 7 * 365 * 86_400,
    },
    folder,
    ...more,
  };
}

export function usage(id: number | string, more: Partial<UsageRecord> = {}): UsageRecord {
  return {
    requestId: `request-${id}`,
    customer: 'acme',
    finishedAt: start + 1000,
    deadlineAt: start + 1500,
    bytesIn: 200_000,
    bytesOut: 30_000,
    pixels: 12_000_000,
    cpuMicroseconds: 20_000,
    outcome: 'served',
    worker: 'worker-1',
    ...more,
  };
}

let pieces = 0;

/** Puts records into the landing area as an aggregator does. */
export async function land(cold: ColdStore, records: readonly UsageRecord[], log = 'log-1'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-landing-'));
  const [lines, parquet] = [join(folder, 'lines'), join(folder, 'parquet')];
  writeFileSync(lines, records.map(writeRecord).join(''));
  const database = await openDatabase({ threads: 1 });
  const { earliestDeadline, latestDeadline } = await writeParquet(database, lines, parquet);
  database.close();
  pieces += 1;
  const from = { segment: pieces, offset: 0 };
  const key = landingKey({ log, from, until: 1000, earliestDeadline, latestDeadline });
  await cold.put(key, readFileSync(parquet));
  rmSync(folder, { recursive: true });
  return key;
}

/** What the bill must say, computed record by record, without SQL: customer to its exact and rounded amount. */
export function expectedBill(
  records: readonly UsageRecord[],
  prices: BillingConfig['prices'],
): Map<string, { requests: number; exact: string; total: string }> {
  const served = new Map<string, UsageRecord>();
  const order = [...records].sort((a, b) => a.finishedAt - b.finishedAt || (a.worker < b.worker ? -1 : 1));
  for (const record of order) {
    if (record.outcome === 'served' && !served.has(record.requestId)) served.set(record.requestId, record);
  }
  const amounts = new Map<string, { requests: number; amount: Decimal }>();
  for (const { customer, cpuMicroseconds, bytesIn, bytesOut } of served.values()) {
    const before = amounts.get(customer) ?? { requests: 0, amount: new Decimal(0) };
    const cpu = new Decimal(prices.cpuSecond).times(cpuMicroseconds).div(1_000_000);
    const bytes = new Decimal(prices.byte).times(bytesIn + bytesOut);
    amounts.set(customer, { requests: before.requests + 1, amount: before.amount.plus(cpu).plus(bytes) });
  }
  return new Map(
    [...amounts].map(([customer, { requests, amount }]) => [
      customer,
      { requests, exact: amount.toFixed(15), total: amount.toFixed(2, Decimal.ROUND_HALF_UP) },
    ]),
  );
}
