import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IdentityStore } from '../../../service/contracts/identity.ts';
import type { Database } from '../../../service/identity/database.ts';
import { type Feeder, startFeeder } from '../../../service/identity/feeder.ts';
import { createMemoryStore } from '../../../service/identity/memory-store.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { place } from '../contracts/identity-store.ts';

let turns: number;
let away: boolean;
let release: (() => void) | undefined;
let replica: IdentityStore;
let feeder: Feeder | undefined;

/** Nothing ever changes in it; a turn can be held up by `release`. */
const database: Database = {
  async transaction(work) {
    turns += 1;
    if (away) throw new Error('away');
    if (turns === 1 && release) await new Promise<void>((resolve) => (release = resolve));
    return work({ rows: async <Row>() => [{ version: 0 }] as unknown as readonly Row[] });
  },
  async close() {},
};

beforeEach(async () => {
  [turns, away, release, feeder] = [0, false, undefined, undefined];
  replica = createMemoryStore();
  await place(replica, 0, 1);
});
afterEach(async () => {
  await feeder?.close();
});

/** Seconds of replication lag; a fourth of it is the wait between two turns. */
function start(replicationLag: number): Feeder {
  feeder = startFeeder({
    ...{ database, replicas: [replica], replicationLag },
    ...{ logger: createLogger('identity', 'silent'), metrics: createMetrics('identity') },
  });
  return feeder;
}

const untilTurn = (count: number) =>
  expect.poll(() => turns, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);

describe('the feeder', () => {
  it('feeds at once where it is woken, and again for what woke it during a feed', async () => {
    release = () => {};
    const { wake } = start(10_000);
    await untilTurn(1);
    wake();
    release();
    await untilTurn(2);
    wake();
    await untilTurn(3);
  });

  it.each([
    ['sleeps', false],
    ['cannot feed', true],
  ])('is closed without waiting for its next turn while it %s', async (_, broken) => {
    away = broken;
    const { close } = start(10_000);
    await untilTurn(1);
    await close();
    expect(turns).toBe(1);
  });

  it('does not try a broken replica more often where it is woken', async () => {
    away = true;
    const { wake, close } = start(10_000);
    await untilTurn(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    for (let change = 0; change < 10; change += 1) wake();
    await close();
    expect(turns).toBe(1);
  });

  it('combines no signals in its turns, of which Node 20 would keep a trace for each turn', async () => {
    const any = vi.spyOn(AbortSignal, 'any');
    start(0.004);
    await untilTurn(20);
    expect(any).not.toHaveBeenCalled();
    any.mockRestore();
  });
});
