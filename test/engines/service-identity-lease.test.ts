import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeaseStore } from '../../service/identity/keeper-lease.ts';
import { openNatsLease } from '../../service/identity/keeper-nats.ts';
import type { LeaseRecord } from '../../service/identity/keeper-rules.ts';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';

const record: LeaseRecord = { holder: 'one', last: 'one', inSync: [], initialised: false, term: 1 };

describe.skipIf(!hasService('nats'))('the lease in three NATS nodes', () => {
  let witness: RunningEngine;
  let one: LeaseStore;
  let two: LeaseStore;
  beforeAll(async () => {
    witness = await startEngine('nats', { nodes: 3 });
    [one, two] = [openNatsLease(witness.address, 3), openNatsLease(witness.address, 3)];
  }, 60_000);
  afterAll(async () => {
    await Promise.all([one?.close(), two?.close()]);
    await witness?.stop();
  });

  it('is written by one of two who saw the same, each time', async () => {
    expect(await one.read()).toBeUndefined();
    const firsts = await Promise.all([
      one.write(record, undefined),
      two.write({ ...record, holder: 'two' }, undefined),
    ]);
    expect(firsts.filter((revision) => revision !== undefined)).toHaveLength(1);
    for (let round = 0; round < 20; round += 1) {
      const [seenByOne, seenByTwo] = await Promise.all([one.read(), two.read()]);
      expect(seenByOne).toEqual(seenByTwo);
      const written = await Promise.all([
        one.write({ ...record, holder: 'one', term: round }, seenByOne?.revision),
        two.write({ ...record, holder: 'two', term: round }, seenByTwo?.revision),
      ]);
      const winners = written.flatMap((revision, index) => (revision === undefined ? [] : [index]));
      expect(winners).toHaveLength(1);
      expect((await one.read())?.record).toMatchObject({
        holder: winners[0] === 0 ? 'one' : 'two',
        term: round,
      });
    }
  });

  it('survives the loss of one node, and answers nobody without a majority', async () => {
    const before = await one.read();
    await witness.kill(1);
    const written = async () => {
      const seen = await one.read();
      return (await one.write({ ...record, term: 99 }, seen?.revision)) !== undefined;
    };
    await expect.poll(() => written().catch(() => false), { timeout: 30_000 }).toBe(true);
    await witness.kill(2);
    const seen = before?.revision ?? 0;
    // Unanswered is not undone: the node that is left may keep it, and a majority may take it over later.
    await expect(one.write({ ...record, term: 100 }, seen + 1)).rejects.toThrow();
    await witness.restart(1);
    await witness.restart(2);
    await expect
      .poll(
        () =>
          two.read().then(
            (entry) => entry?.record.term,
            () => 0,
          ),
        { timeout: 30_000 },
      )
      .toBeGreaterThanOrEqual(99);
  }, 90_000);

  it('cannot be reached after it was closed, nor where nobody listens', async () => {
    const closed = openNatsLease(witness.address, 3);
    await closed.close();
    await expect(closed.read()).rejects.toThrow('closed');
    const nobody = openNatsLease('nats://127.0.0.1:1', 3);
    await expect(nobody.read()).rejects.toThrow();
    await nobody.close();
  });
});
