import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Decimal } from 'decimal.js';
import { runBilling } from '../../service/billing/run.ts';
import { openColdStore } from '../../service/cold/open.ts';
import type { ColdStore } from '../../service/contracts/cold-store.ts';
import type { BillingConfig } from '../../service/shared/config-types.ts';
import { createLogger } from '../../service/shared/log.ts';
import { createMetrics } from '../../service/shared/metrics.ts';
import { openDatabase, quoteFiles } from '../../service/usage/duckdb.ts';
import { landingKey } from '../../service/usage/landing.ts';
import { billingConfig } from './configs.ts';
import type { Service } from './service.ts';

/** What all bills of a period come to, corrections included: `PERIOD CUSTOMER` to requests and exact USD. */
export type Sums = Readonly<Record<string, { readonly requests: number; readonly usd: string }>>;

export interface Billed {
  /** Ids of billed jobs, by the bytes of their body. */
  readonly jobs: ReadonlyMap<number, readonly string[]>;
  /** Records that bill nothing, by the bytes of their body: why an image is not billed. */
  readonly others: ReadonlyMap<number, readonly string[]>;
  /** Requests on all bills, by customer. */
  readonly requests: Readonly<Record<string, number>>;
  readonly sums: Sums;
}

type Source = Pick<Service, 'places' | 'secrets'>;

/** Lets the billing role end the windows that are open, as it would later, and reads what it billed. */
export function readBills(source: Source): Promise<Billed> {
  return withCold(source, async (cold, billing, folder) => {
    await settleAll({ ...billing, folder }, cold);
    const files = await sealedFiles(cold, folder);
    const sums = await sumsOf(cold);
    const requests: Record<string, number> = {};
    for (const [of, { requests: count }] of Object.entries(sums)) {
      const [, customer = ''] = of.split(' ');
      requests[customer] = (requests[customer] ?? 0) + count;
    }
    const jobs = await jobsIn(files, "outcome = 'served'");
    return { jobs, others: await jobsIn(files, "outcome <> 'served'"), requests, sums };
  });
}

/** What one undisturbed run makes of the sealed records, in a cold store of its own. */
export function billAnew(source: Source): Promise<Sums> {
  return withCold(source, async (cold, billing, folder) => {
    const coldStore = { ...billing.coldStore, url: pathToFileURL(join(folder, 'anew')).href };
    const anew = await openColdStore(coldStore);
    const files = await sealedFiles(cold, folder);
    for (const [index, file] of files.entries()) {
      const span = await deadlinesIn(file);
      const from = { segment: index, offset: 0 };
      await anew.put(landingKey({ log: 'anew', from, until: 1, ...span }), readFileSync(file));
    }
    await settleAll({ ...billing, coldStore, folder }, anew);
    return sumsOf(anew);
  });
}

async function withCold<T>(
  { places, secrets }: Source,
  work: (cold: ColdStore, billing: BillingConfig, folder: string) => Promise<T>,
): Promise<T> {
  const { billing } = billingConfig(places);
  Object.assign(process.env, secrets);
  const cold = await openColdStore(billing.coldStore);
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bills-'));
  try {
    return await work(cold, billing, folder);
  } finally {
    await cold.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function settleAll(config: BillingConfig, cold: ColdStore): Promise<void> {
  const logger = createLogger('billing', 'silent');
  const metrics = createMetrics('billing');
  const { waiting } = await runBilling(config, { cold, logger, metrics, now: Date.now() + 3_600_000 });
  if (waiting > 0) throw new Error(`${waiting} landing objects are not settled`);
}

async function sealedFiles(cold: ColdStore, folder: string): Promise<readonly string[]> {
  const sealed = join(folder, 'sealed');
  mkdirSync(sealed);
  const files: string[] = [];
  for (const { key } of await cold.list('sealed/')) {
    const file = join(sealed, `${files.length}.parquet`);
    writeFileSync(file, await cold.get(key));
    files.push(file);
  }
  return files;
}

async function sumsOf(cold: ColdStore): Promise<Sums> {
  const sums: Record<string, { requests: number; usd: string }> = {};
  for (const { key } of await cold.list('bills/')) {
    if (!key.endsWith('/bill.json')) continue;
    const { lines, period } = JSON.parse(Buffer.from(await cold.get(key)).toString());
    for (const { customer, requests, exact_usd } of lines) {
      const of = `${period.from} ${customer}`;
      const before = sums[of] ?? { requests: 0, usd: '0' };
      const usd = new Decimal(before.usd).plus(exact_usd).toFixed(15);
      sums[of] = { requests: before.requests + Number(requests), usd };
    }
  }
  return sums;
}

async function deadlinesIn(file: string) {
  const [row] = await query(
    `SELECT min(deadline_at) AS first, max(deadline_at) AS last FROM read_parquet(${quoteFiles([file])})`,
  );
  return { earliestDeadline: Number(row?.['first']), latestDeadline: Number(row?.['last']) };
}

/** From the sealed records themselves, counted in another way than the bills: a job is billed if it was served once. */
async function jobsIn(
  files: readonly string[],
  which: string,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await query(
    `SELECT DISTINCT request_id, bytes_in FROM read_parquet(${quoteFiles(files)}) WHERE ${which}`,
  );
  const jobs = new Map<number, string[]>();
  for (const { request_id: id, bytes_in: bytes } of rows) {
    jobs.set(Number(bytes), [...(jobs.get(Number(bytes)) ?? []), String(id)]);
  }
  return jobs;
}

async function query(text: string) {
  const database = await openDatabase({ threads: 1 });
  try {
    return await database.rows(text);
  } finally {
    database.close();
  }
}
