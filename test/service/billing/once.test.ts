import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { billOnce } from '../../../service/billing/once.ts';
import { openColdStore } from '../../../service/cold/open.ts';
import { ColdStoreUnavailable } from '../../../service/contracts/cold-store.ts';
import type { BillingConfig } from '../../../service/shared/config-types.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { billingConfig, land, start, usage } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-once-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const logger = createLogger('billing', 'silent');
const signal = new AbortController().signal;
const once = (config: BillingConfig) => billOnce(config, { logger, signal });

async function landIn(config: BillingConfig, ...records: Parameters<typeof land>[1]): Promise<void> {
  const cold = await openColdStore(config.coldStore);
  await land(cold, records);
  await cold.close();
}

describe('billing once', () => {
  it('does what is due and says so, then has nothing to do, then corrects', async () => {
    const config = billingConfig(folder);
    await landIn(config, usage(1, { cpuMicroseconds: 2e11 }), usage(2, { outcome: 'late' }));
    const [from, to] = [start, start + 86_400_000].map((at) => new Date(at).toISOString());
    const end = new Date(start + 30 * 86_400_000).toISOString();
    expect((await once(config)).split('\n')).toEqual([
      `settled ${from} to ${to}: 1 billed, 0 duplicate, 1 late, 0 unanswered`,
      `bill of ${from} to ${end}: 1 customers, 10.00 USD`,
    ]);
    expect(await once(config)).toBe('nothing was due');
    await landIn(config, usage(3));
    expect((await once(config)).split('\n')).toEqual([
      `settled ${from} to ${to} again (late records, 1): 1 billed, 0 duplicate, 0 late, 0 unanswered`,
      `correction 1 of the bill of ${from} to ${end}: 1 customers, 0.00 USD`,
    ]);
  });

  it('says what it leaves for later', async () => {
    const config = billingConfig(folder);
    const now = Date.now();
    await landIn(config, usage(1, { finishedAt: now, deadlineAt: now }));
    expect(await once(config)).toBe(
      'nothing was due\n1 batches of records wait until their windows are over',
    );
  });

  it('tells of what lies in the landing area and is no batch of records', async () => {
    const config = billingConfig(folder);
    const cold = await openColdStore(config.coldStore);
    await cold.put('landing/log/strange.txt', Buffer.from('?'));
    const told: unknown[] = [];
    const listening = { ...logger, warn: (...args: unknown[]) => told.push(args), info() {} } as never;
    expect(await billOnce(config, { logger: listening, signal })).toBe('nothing was due');
    expect(told).toEqual([[{ keys: ['landing/log/strange.txt'] }, expect.stringContaining('no batches')]]);
    expect(await cold.list('landing/')).toHaveLength(1);
    await cold.close();
  });

  it('makes the folders that are missing, and leaves nothing in them', async () => {
    const config = billingConfig(join(folder, 'not', 'there'));
    expect(await once(config)).toBe('nothing was due');
    expect(readdirSync(join(folder, 'not', 'there')).sort()).toEqual(['cold']);
  });

  it('fails where cold storage or its folder cannot be had', async () => {
    writeFileSync(join(folder, 'file'), '');
    const taken = billingConfig(folder, { folder: join(folder, 'file') });
    await expect(once(taken)).rejects.toThrow('EEXIST');
    const away = { ...billingConfig(folder).coldStore, url: `file://${join(folder, 'file')}` };
    await expect(once(billingConfig(folder, { coldStore: away }))).rejects.toThrow(ColdStoreUnavailable);
  });

  it('stops between two steps when it is told to, and says so', async () => {
    const config = billingConfig(folder);
    await landIn(config, usage(1));
    const reason = new Error('stopped by a test');
    const stopped = billOnce(config, { logger, signal: AbortSignal.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
    expect(await once(config)).toContain('1 billed');
  });
});
