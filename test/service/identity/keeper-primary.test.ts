import { beforeEach, describe, expect, it } from 'vitest';
import { createLease, type Lease, type LeaseStore } from '../../../service/identity/keeper-lease.ts';
import type { Postgres } from '../../../service/identity/keeper-postgres.ts';
import { createSynchrony, type Synchrony } from '../../../service/identity/keeper-primary.ts';
import type { LeaseRecord } from '../../../service/identity/keeper-rules.ts';

/** What goes wrong on the way to the witness: it hears nothing, or its answer is lost, or the write comes later. */
type Line = 'sound' | 'cut' | 'answer lost' | 'write late';

let line: Line;
let entry: { readonly record: LeaseRecord; readonly revision: number } | undefined;
let late: (() => void)[];
let streaming: boolean;
let lease: Lease;
let synchrony: Synchrony;

const store: LeaseStore = {
  async read() {
    if (line !== 'sound') throw new Error('no answer');
    return entry;
  },
  async write(record, revision) {
    const take = () => {
      if (entry?.revision !== revision) return undefined;
      entry = { record, revision: (revision ?? 0) + 1 };
      return entry.revision;
    };
    if (line === 'write late') late.push(take);
    if (line === 'cut' || line === 'write late') throw new Error('no answer');
    const taken = take();
    if (line === 'answer lost') throw new Error('no answer');
    return taken;
  },
  async close() {},
};

/** A primary whose standby is in sync for PostgreSQL, as long as it streams. */
const postgres = {
  ask: async () => [
    streaming
      ? { state: 'streaming', sync: 'sync', now: '0/1', flushed: true, settled: true }
      : { state: null, sync: null, now: '0/1', flushed: null, settled: true },
  ],
} as unknown as Postgres;

const seen = () => {
  const record = lease.record();
  if (!record) throw new Error('no record');
  return record;
};
const step = () => synchrony.step(seen());
const waitFor = () => synchrony.waitFor(seen());

beforeEach(async () => {
  [line, entry, late, streaming] = ['sound', undefined, [], true];
  lease = createLease({ store, me: 'one', data: () => 'none', detection: 10_000, fencing: 5000 });
  await lease.tick();
  synchrony = createSynchrony({
    ...{ postgres, lease, me: 'one', standby: 'two', patience: 0 },
    log: () => {},
  });
  // Waits for it, looks for where the log is, and confirms once; the next look confirms again and tells the witness.
  for (let turn = 0; turn < 3; turn += 1) await step();
});

describe('a primary whose standby is gone', () => {
  it('stops waiting once the witness has it that the standby is not in sync', async () => {
    await step();
    expect(entry?.record.inSync).toEqual(['two']);
    streaming = false;
    await step();
    expect(entry?.record.inSync).toEqual([]);
    expect(waitFor()).toEqual(['two']);
    await step();
    expect(waitFor()).toEqual([]);
  });

  it('waits on while the witness may say "in sync" by a write whose answer was lost', async () => {
    line = 'answer lost';
    await step();
    expect(entry?.record.inSync).toEqual(['two']);
    expect(seen().inSync).toEqual([]);
    line = 'cut';
    streaming = false;
    for (let turn = 0; turn < 5; turn += 1) expect(await step()).toBe(false);
    expect(waitFor()).toEqual(['two']);
    line = 'sound';
    expect(await step()).toBe(true);
    expect(entry?.record.inSync).toEqual([]);
    expect(waitFor()).toEqual([]);
  });

  it('stops waiting only so that a late write of "in sync" does not count any more', async () => {
    line = 'write late';
    await step();
    line = 'sound';
    streaming = false;
    await step();
    expect(waitFor()).toEqual([]);
    for (const take of late) take();
    expect(entry?.record.inSync).toEqual([]);
  });

  it('waits on when it was down in between, and confirms anew that the standby has everything', async () => {
    synchrony.rest();
    expect(waitFor()).toEqual(['two']);
    for (let turn = 0; turn < 2; turn += 1) await step();
    expect(entry?.record.inSync).toEqual([]);
    await step();
    expect(entry?.record.inSync).toEqual(['two']);
  });

  it('waits on where another node has the lease by now', async () => {
    line = 'cut';
    await step();
    streaming = false;
    entry = { record: { ...seen(), holder: 'two', last: 'two' }, revision: 99 };
    line = 'sound';
    expect(await step()).toBe(false);
    expect(waitFor()).toEqual(['two']);
  });
});
