import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openColdStore } from '../../service/cold/open.ts';
import type { BillingConfig } from '../../service/shared/config-types.ts';
import { billingConfig, day, expectedBill, land, start, usage } from '../service/billing/support.ts';
import { bin, headroom, neutral } from './headroom.ts';

/** Two customers, thirty days, each request twice. */
const records = Array.from({ length: 600 }, (_, at) => {
  const id = at % 300;
  const deadlineAt = start + (id % 30) * day + 1000;
  return usage(id, {
    deadlineAt,
    finishedAt: deadlineAt - at,
    customer: `customer-${id % 2}`,
    worker: `w-${at}`,
  });
});

let base: string;
let landed: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'headroom-serve-billing-'));
  landed = join(base, 'landed');
  const cold = await openColdStore(billingConfig(landed).coldStore);
  for (let log = 0; log < 3; log++) await land(cold, records.slice(log * 200, (log + 1) * 200), `log-${log}`);
  await cold.close();
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A world of its own with all records landed: where its bills are, and how to start a run. */
function world(change: Partial<BillingConfig> = {}) {
  const folder = mkdtempSync(join(base, 'world-'));
  cpSync(landed, folder, { recursive: true });
  const file = join(folder, 'billing.json');
  const billing = { ...billingConfig(folder), ...change };
  writeFileSync(file, JSON.stringify({ schema: 'headroom/service-config/v1', billing }));
  const args = ['serve', 'billing', '--config', file, '--once'];
  const spawn = () =>
    execa(process.execPath, [bin, ...args], {
      ...{ env: neutral as Record<string, string>, reject: false, stdin: 'ignore' },
    });
  return { folder, billing, spawn, run: () => headroom(args) };
}

async function billsOf({ billing }: ReturnType<typeof world>): Promise<Record<string, string>> {
  const cold = await openColdStore(billing.coldStore);
  const keys = (await cold.list('bills/')).map(({ key }) => key);
  const texts = keys.map(async (key) => [key, Buffer.from(await cold.get(key)).toString()]);
  return Object.fromEntries(await Promise.all(texts));
}

/** The process of the role, when it has settled a window: the command's only child. */
async function settling(run: { readonly stdout: Readable }): Promise<number> {
  let text = '';
  run.stdout.on('data', (data: Buffer) => {
    text += data;
  });
  await vi.waitFor(() => expect(text).toContain('settled a window'), { timeout: 30_000, interval: 5 });
  return Number(/"pid":(\d+)/.exec(text)?.[1]);
}

describe('headroom serve billing --once', { timeout: 120_000 }, () => {
  let undisturbed: Record<string, string>;

  it('bills what is due, says so, and ends; again, there is nothing to do', async () => {
    const here = world();
    const first = await here.run();
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout.match(/^settled /gm)).toHaveLength(30);
    expect(first.stdout).toMatch(/^bill of \S+ to \S+: 2 customers, 0\.00 USD$/m);
    undisturbed = await billsOf(here);
    const bill = JSON.parse(
      Object.entries(undisturbed).find(
        ([key]) => key.endsWith('.json') && !key.endsWith('manifest.json'),
      )?.[1] ?? '',
    );
    const expected = expectedBill(records, here.billing.prices);
    expect(
      bill.lines.map((line: { customer: string; exact_usd: string }) => [line.customer, line.exact_usd]),
    ).toEqual([...expected].map(([customer, { exact }]) => [customer, exact]));
    const again = await here.run();
    expect(again.code).toBe(0);
    expect(again.stdout.trim().split('\n').at(-1)).toBe('nothing was due');
    expect(await billsOf(here)).toEqual(undisturbed);
  });

  it('comes to the same bills after kill -9 in the middle of a run', async () => {
    const here = world();
    const run = here.spawn();
    process.kill(await settling(run), 'SIGKILL');
    expect((await run).exitCode).toBe(137);
    expect(await billsOf(here)).toEqual({});
    expect((await here.run()).code).toBe(0);
    expect(await billsOf(here)).toEqual(undisturbed);
  });

  it('comes to the same bills beside a run that hangs and goes on later', async () => {
    const here = world();
    const run = here.spawn();
    const pid = await settling(run);
    process.kill(pid, 'SIGSTOP');
    const other = await here.run();
    expect([other.code, other.stderr]).toEqual([0, '']);
    expect(await billsOf(here)).toEqual(undisturbed);
    process.kill(pid, 'SIGCONT');
    // It finds its work done, or that somebody else has done it in the meantime.
    const { exitCode, stderr } = await run;
    expect([0, 1]).toContain(exitCode);
    if (exitCode === 1) expect(stderr).toMatch(/ObjectLocked|ObjectMissing/);
    expect((await here.run()).stdout).toContain('nothing was due');
    expect(await billsOf(here)).toEqual(undisturbed);
  });

  it('comes to the same bills when three start at once', async () => {
    const here = world();
    await Promise.all([here.spawn(), here.spawn(), here.spawn()]);
    expect((await here.run()).code).toBe(0);
    expect(await billsOf(here)).toEqual(undisturbed);
    expect(readdirSync(here.folder).sort()).toEqual(['billing.json', 'cold']);
  });

  it('stops early on SIGTERM, says that it did not do all, and goes on the next time', async () => {
    const here = world();
    const run = here.spawn();
    await settling(run);
    run.kill('SIGTERM');
    const { exitCode, stderr } = await run;
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('stopped by SIGTERM before all was done'),
    ]);
    expect((await here.run()).code).toBe(0);
    expect(await billsOf(here)).toEqual(undisturbed);
  });

  it('fails, and says why, where it cannot do its work', async () => {
    const away = world();
    const { coldStore } = away.billing;
    const key = { env: 'HOME' };
    const nowhere = { ...coldStore, url: 'http://127.0.0.1:1', accessKey: key, secretKey: key };
    const failed = await world({ coldStore: nowhere }).run();
    expect(failed.code).toBe(1);
    expect(failed.stderr.trim().split('\n').at(-1)).toMatch(
      /^headroom serve: ColdStoreUnavailable: S3 at http:\/\/127\.0\.0\.1:1 failed.*$/,
    );
    expect((await world({ deadline: 1e-9 }).run()).stderr).toContain('did not end within');
  });

  it.each([
    ['prices', { prices: { cpuSecond: '0', byte: '1' } }, 'billing.prices.byte: 1 has more than'],
    ['period', { period: 1e-9 }, 'billing.period: shorter than a millisecond'],
    [
      'cold storage',
      { coldStore: { url: 'ftp://a', bucket: 'b', retention: 1 } },
      'billing.coldStore.url: must be',
    ],
  ])('ends with 2 where it cannot use the %s of its config', async (_, change, problem) => {
    const { code, stderr } = await world(change).run();
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
  });

  it('belongs to the role billing', async () => {
    const { code, stderr } = await headroom(['serve', 'usage', '--config', 'x', '--once']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--once belongs to the role billing')]);
  });
});
