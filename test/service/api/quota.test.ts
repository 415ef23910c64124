import { describe, expect, it, vi } from 'vitest';
import { createQuotas } from '../../../service/api/quota.ts';
import type { Identity } from '../../../service/contracts/identity.ts';
import type { UsageStore, UsageTotal } from '../../../service/contracts/usage.ts';
import { Refusal } from '../../../service/shared/problem.ts';
import { silent } from './running-api.ts';

const identity = (requestsPerMonth: number, requestsPerSecond: number): Identity => ({
  ...{ keyId: 'k', customer: 'c', secretHash: '', plan: 'p', revoked: false, version: 1 },
  quota: { requestsPerMonth, requestsPerSecond },
});

function store(total: () => Promise<number>): UsageStore {
  const none = { bytesIn: 0, bytesOut: 0, pixels: 0, cpuMicroseconds: 0 };
  return {
    write: async () => {},
    total: async (customer): Promise<UsageTotal> => ({ ...none, customer, requests: await total() }),
    close: async () => {},
  };
}

/** Quotas on a clock that a test moves. */
function quotas(usage?: UsageStore) {
  const clock = { now: Date.UTC(2026, 0, 31, 12) };
  const taken = createQuotas({
    entries: 10,
    refresh: 60,
    store: usage,
    logger: silent,
    now: () => clock.now,
  });
  const take = (who: Identity) => {
    try {
      taken.take(who);
      return 'taken';
    } catch (error) {
      return error instanceof Refusal ? `${error.code} ${error.headers['retry-after']}` : String(error);
    }
  };
  return { clock, take, place: (who: Identity) => taken.take(who) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the rate of a customer', () => {
  it('allows a burst of one second, then the rate', () => {
    const { clock, take } = quotas();
    const customer = identity(1e9, 2);
    expect([take(customer), take(customer), take(customer)]).toEqual(['taken', 'taken', 'rate-exceeded 1']);
    clock.now += 500;
    expect([take(customer), take(customer)]).toEqual(['taken', 'rate-exceeded 1']);
    clock.now += 60_000;
    expect([take(customer), take(customer), take(customer)]).toEqual(['taken', 'taken', 'rate-exceeded 1']);
  });

  it('says how long to wait where it is below one a second, and refuses all where it is zero', () => {
    const { take } = quotas();
    expect([take(identity(1e9, 0.1)), take(identity(1e9, 0.1))]).toEqual(['taken', 'rate-exceeded 10']);
    const none = quotas();
    none.take(identity(1e9, 0));
    expect(none.take(identity(1e9, 0))).toBe('rate-exceeded 3600');
  });
});

describe('the month of a customer', () => {
  it('counts what the store knows and what came since, until the month ends', async () => {
    const { clock, take } = quotas(store(async () => 8));
    const customer = identity(10, 1e6);
    expect(take(customer)).toBe('taken');
    await vi.waitFor(() => expect(take(customer)).toMatch(/^quota-exceeded/));
    expect(take(customer)).toBe('quota-exceeded 43200');
    clock.now = Date.UTC(2026, 1, 1);
    expect(take(customer)).toBe('taken');
  });

  it('goes by what is known while the store is away', async () => {
    let away = false;
    const usage = store(async () => {
      if (away) throw new Error('away');
      return 5;
    });
    const { clock, take } = quotas(usage);
    const customer = identity(7, 1e6);
    expect(take(customer)).toBe('taken');
    await new Promise((resolve) => setImmediate(resolve));
    away = true;
    clock.now += 120_000;
    expect(take(customer)).toBe('taken');
    await new Promise((resolve) => setImmediate(resolve));
    clock.now += 120_000;
    expect(take(customer)).toBe('taken');
    expect(take(customer)).toMatch(/^quota-exceeded/);
  });

  it('asks the store once in a while, not for every request', async () => {
    let reads = 0;
    const { clock, take } = quotas(
      store(async () => {
        reads += 1;
        return 0;
      }),
    );
    for (let request = 0; request < 5; request++) take(identity(100, 1e6));
    await new Promise((resolve) => setImmediate(resolve));
    expect(reads).toBe(1);
    clock.now += 61_000;
    take(identity(100, 1e6));
    expect(reads).toBe(2);
  });

  it('is not used up by requests that were not served', async () => {
    const { clock, take, place } = quotas(store(async () => 0));
    const customer = identity(5, 1e6);
    for (let failed = 0; failed < 20; failed++) {
      const giveBack = place(customer);
      giveBack();
      giveBack();
    }
    await settled();
    clock.now += 1000;
    expect(Array.from({ length: 5 }, () => take(customer))).toEqual(Array(5).fill('taken'));
    expect(take(customer)).toMatch(/^quota-exceeded/);
  });

  it('is read again while it refuses, so that what the store never counted is forgotten', async () => {
    const { clock, take } = quotas(store(async () => 0));
    const customer = identity(3, 1e6);
    for (let lost = 0; lost < 3; lost++) expect(take(customer)).toBe('taken');
    await settled();
    expect(take(customer)).toBe('taken');
    expect(take(customer)).toMatch(/^quota-exceeded/);
    clock.now += 61_000;
    expect(take(customer)).toMatch(/^quota-exceeded/);
    await settled();
    expect(take(customer)).toBe('taken');
  });

  it('counts each request once, whether it is given back before, during or after a reading of the store', async () => {
    let answer: (requests: number) => void = () => {};
    const { clock, take, place } = quotas(store(() => new Promise((resolve) => (answer = resolve))));
    const customer = identity(4, 1e6);
    place(customer);
    answer(0);
    await settled();
    const [early, middle, kept] = [place(customer), place(customer), place(customer)];
    clock.now += 61_000;
    early();
    // Begins a reading: two are from before it, this one is given back at once.
    place(customer)();
    middle();
    answer(1);
    await settled();
    // The store knows of one, and the reading let the other go.
    kept();
    expect([take(customer), take(customer), take(customer)]).toEqual(['taken', 'taken', 'taken']);
    expect(take(customer)).toMatch(/^quota-exceeded/);
  });

  it('is not looked at where there is no store', () => {
    const { take } = quotas();
    const customer = identity(1, 1e6);
    expect([take(customer), take(customer)]).toEqual(['taken', 'taken']);
  });
});
