import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBilling } from '../../service/billing/run.ts';
import { openColdStore } from '../../service/cold/open.ts';
import { createLogger } from '../../service/shared/log.ts';
import { createMetrics } from '../../service/shared/metrics.ts';
import { openDatabase, quoteFiles } from '../../service/usage/duckdb.ts';
import { billingConfig } from './configs.ts';
import type { Service } from './service.ts';

export interface Billed {
  /** Ids of billed jobs, by the bytes of their body. */
  readonly jobs: ReadonlyMap<number, readonly string[]>;
  /** Records that bill nothing, by the bytes of their body: why an image is not billed. */
  readonly others: ReadonlyMap<number, readonly string[]>;
  /** Requests on all bills, by customer. */
  readonly requests: Readonly<Record<string, number>>;
}

/** Lets the billing role end the windows that are open, as it would later, and reads what it billed. */
export async function readBills({ places, secrets }: Pick<Service, 'places' | 'secrets'>): Promise<Billed> {
  const { billing } = billingConfig(places);
  Object.assign(process.env, secrets);
  const cold = await openColdStore(billing.coldStore);
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bills-'));
  try {
    const logger = createLogger('billing', 'silent');
    const metrics = createMetrics('billing');
    const inAnHour = Date.now() + 3_600_000;
    await runBilling({ ...billing, folder }, { cold, logger, metrics, now: inAnHour });
    const left = await cold.list('landing/');
    if (left.length > 0) throw new Error(`not settled: ${left.map(({ key }) => key).join(', ')}`);

    const sealed = join(folder, 'sealed');
    mkdirSync(sealed);
    const files: string[] = [];
    for (const { key } of await cold.list('sealed/')) {
      const file = join(sealed, `${files.length}.parquet`);
      writeFileSync(file, await cold.get(key));
      files.push(file);
    }
    const requests: Record<string, number> = {};
    for (const { key } of await cold.list('bills/')) {
      if (!key.endsWith('/bill.json')) continue;
      const { lines } = JSON.parse(Buffer.from(await cold.get(key)).toString());
      for (const line of lines) {
        requests[line.customer] = (requests[line.customer] ?? 0) + Number(line.requests);
      }
    }
    const jobs = await jobsIn(files, "outcome = 'served'");
    return { jobs, others: await jobsIn(files, "outcome <> 'served'"), requests };
  } finally {
    await cold.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the sealed records themselves, counted in another way than the bills: a job is billed if it was served once. */
async function jobsIn(
  files: readonly string[],
  which: string,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const database = await openDatabase({ threads: 1 });
  try {
    const rows = await database.rows(
      `SELECT DISTINCT request_id, bytes_in FROM read_parquet(${quoteFiles(files)}) WHERE ${which}`,
    );
    const jobs = new Map<number, string[]>();
    for (const { request_id: id, bytes_in: bytes } of rows) {
      jobs.set(Number(bytes), [...(jobs.get(Number(bytes)) ?? []), String(id)]);
    }
    return jobs;
  } finally {
    database.close();
  }
}
