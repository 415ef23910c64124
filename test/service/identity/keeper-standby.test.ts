import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lease } from '../../../service/identity/keeper-lease.ts';
import type { Postgres } from '../../../service/identity/keeper-postgres.ts';
import type { Data, LeaseRecord } from '../../../service/identity/keeper-rules.ts';
import { createFollow, type Follow } from '../../../service/identity/keeper-standby.ts';
import { createLogger } from '../../../service/shared/log.ts';

/** Milliseconds. */
const patience = 1000;
const primary = { node: 'two', host: '10.0.0.2', port: 5432 };

let data: Data;
let related: boolean;
let cloned: number;
let answers: boolean;
let record: LeaseRecord;
let lines: { readonly level: string; readonly msg: string; readonly folder?: string }[];
let follow: Follow;

/** One that never streams. */
const postgres = {
  files: { folder: '/x/data', data: () => data, configure: async () => false },
  alive: () => true,
  ask: async () => [],
  isPrimary: async () => answers,
  isRelated: async () => related,
  stop: async () => {},
  clone: async () => {
    cloned += 1;
    data = 'standby';
  },
} as unknown as Postgres;

const lease = {
  change: async (update: (old: LeaseRecord) => LeaseRecord | undefined) => {
    record = update(record) ?? record;
    return true;
  },
} as unknown as Lease;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  [related, cloned, answers, lines] = [true, 0, true, []];
  record = { holder: 'two', last: 'two', inSync: ['one'], initialised: true, term: 1 };
  const write = (line: string) => void lines.push(JSON.parse(line));
  follow = createFollow({
    ...{ postgres, lease, me: 'one', settings: () => ({}) as never, patience, stopTime: 1 },
    logger: createLogger('keeper', 'info', { write }),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A turn after as much time as makes a standby's files look unusable. */
const late = () => {
  vi.advanceTimersByTime(patience);
  return follow(primary);
};

describe('a node whose files are no use for following the primary', () => {
  it.each<Data>(['none', 'primary', 'standby'])(
    'copies the primary in their place, and is not in sync before (%s)',
    async (kind) => {
      data = kind;
      for (let turn = 0; turn < 2; turn += 1) await late();
      expect(cloned).toBe(1);
      expect(record.inSync).toEqual([]);
    },
  );

  it.each<Data>(['primary', 'standby'])(
    'keeps them where the primary has another database, and tells people once (%s)',
    async (kind) => {
      [data, related] = [kind, false];
      for (let turn = 0; turn < 3; turn += 1) await late();
      expect(cloned).toBe(0);
      expect(record.inSync).toEqual(['one']);
      expect(lines).toMatchObject([{ level: 'error', folder: '/x/data' }]);
      expect(lines[0]?.msg).toContain('move this folder away');
    },
  );

  it('copies once people have moved them away', async () => {
    [data, related] = ['primary', false];
    await follow(primary);
    data = 'none';
    await follow(primary);
    expect(cloned).toBe(1);
  });

  it('counts no time in which the primary did not answer: to follow it once it is back takes a moment', async () => {
    [data, answers] = ['standby', false];
    await late();
    await late();
    answers = true;
    await late();
    vi.advanceTimersByTime(patience - 1);
    await follow(primary);
    expect(cloned).toBe(0);
    vi.advanceTimersByTime(1);
    await follow(primary);
    expect(cloned).toBe(1);
  });
});
