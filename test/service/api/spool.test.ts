import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSpool, type Spool } from '../../../service/api/spool.ts';
import { createAgenda, type Timed } from '../../../service/api/spool-agenda.ts';
import type { Job, Outcome } from '../../../service/contracts/job.ts';
import { JobSetAside, type Queue, QueueUnavailable } from '../../../service/contracts/queue.ts';
import type { SpoolConfig } from '../../../service/shared/config-types.ts';
import { jobNamed } from '../contracts/queue.ts';
import { createScope, embeddedQueue, eventually, resized, silent } from './running-api.ts';

const scope = createScope();
afterEach(() => scope.end());

const refused: Outcome = { kind: 'refused', code: 'corrupt', detail: 'broken' };

async function open(folder: string, change: Partial<SpoolConfig> = {}, queue?: Queue): Promise<Spool> {
  const spool = await openSpool({
    config: { folder, bytes: 1e9, deadline: 60, retention: 60, ...change },
    queue: queue ?? embeddedQueue(scope),
    republishAfter: 60,
    retryAfter: 1,
    addresses: (id) => ({ bodyUrl: `http://127.0.0.1:1/${id}`, resultUrl: `http://127.0.0.1:1/${id}` }),
    logger: silent,
    onRetry: () => {},
  });
  scope.defer(() => spool.close());
  return spool;
}

async function accept(spool: Spool, id: string, bytes = 100): Promise<void> {
  await spool.accept(jobNamed(id, { mode: 'poll' }), Buffer.alloc(bytes));
}

async function settle(spool: Spool, id: string, outcome: Outcome): Promise<void> {
  const token = spool.find(id)?.spooled.token ?? '';
  expect(await spool.settle(id, token, outcome)).toBe('taken');
}

/** Accepts and ends jobs until there is no room; how many that were. */
async function fill(spool: Spool, outcome: Outcome): Promise<number> {
  for (let count = 0; count < 100; count++) {
    const isTaken = await accept(spool, `a.${count}`).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'spool-full' });
        return false;
      },
    );
    if (!isTaken) return count;
    await settle(spool, `a.${count}`, outcome);
  }
  return 100;
}

describe('the bound of a spool', () => {
  it('counts the small files of a job, so that it bounds the number of refused ones too', async () => {
    const folder = scope.folder();
    const bytes = 10 * 8192 + 4096;
    const spool = await open(folder, { bytes });
    expect(await fill(spool, refused)).toBe(10);
    await spool.close();
    const again = await open(folder, { bytes });
    await expect(accept(again, 'a.more')).rejects.toMatchObject({ code: 'spool-full' });
  });

  it('counts results, and gives room back when a job is forgotten', async () => {
    const spool = await open(scope.folder(), { bytes: 95_000, retention: 0.001 });
    const large = { ...resized(Buffer.alloc(1)), image: Buffer.alloc(80_000) } as Outcome;
    expect(await fill(spool, large)).toBe(1);
    await eventually(async () => {
      await spool.tend();
      expect([...spool.entries()]).toEqual([]);
    });
    await accept(spool, 'a.next', 80_000);
    await expect(accept(spool, 'a.more', 1000)).rejects.toMatchObject({ code: 'spool-full' });
  });
});

describe('the result of a job that has no room', () => {
  const imageOf = (bytes: number) => ({ ...resized(Buffer.alloc(1)), image: Buffer.alloc(bytes) }) as Outcome;
  const tokenOf = (spool: Spool, id: string) => spool.find(id)?.spooled.token ?? '';
  const lacksRoom = { kind: 'refused', code: 'spool-full', detail: expect.stringContaining('again') };

  it('ends its job as refused, once and for all, and is not billed', async () => {
    const folder = scope.folder();
    const spool = await open(folder, { bytes: 30_000 });
    await accept(spool, 'a.1');
    const token = tokenOf(spool, 'a.1');
    expect(await spool.settle('a.1', token, imageOf(40_000))).toBe('gone');
    expect(spool.find('a.1')?.outcome).toMatchObject(lacksRoom);
    expect([await spool.body('a.1', token), spool.served('a.1', token)]).toEqual([undefined, undefined]);
    expect(await spool.settle('a.1', token, imageOf(10))).toBe('gone');
    expect(readdirSync(folder).sort()).toEqual(['a.1.job', 'a.1.outcome']);
    await spool.close();
    expect((await open(folder)).find('a.1')?.outcome).toMatchObject(lacksRoom);
  });

  it('shares no room with another one that comes at the same time', async () => {
    const spool = await open(scope.folder(), { bytes: 60_000 });
    const ids = ['a.1', 'a.2', 'a.3'];
    for (const id of ids) await accept(spool, id);
    const settled = ids.map((id) => spool.settle(id, tokenOf(spool, id), imageOf(20_000)));
    expect(await Promise.all(settled)).toEqual(['taken', 'gone', 'gone']);
    await accept(spool, 'a.4', 1000);
    await settle(spool, 'a.4', imageOf(1000));
  });

  it('gives the room back where it could not be written, and is kept where it takes less than its body', async () => {
    const folder = scope.folder();
    const first = await open(folder, { bytes: 60_000 });
    await accept(first, 'a.1', 40_000);
    mkdirSync(join(folder, 'a.1.result.new'));
    for (let time = 0; time < 3; time++) {
      await expect(first.settle('a.1', tokenOf(first, 'a.1'), imageOf(50_000))).rejects.toThrow('EISDIR');
    }
    await accept(first, 'a.2', 3000);
    await first.close();
    rmdirSync(join(folder, 'a.1.result.new'));
    const spool = await open(folder, { bytes: 30_000 });
    await settle(spool, 'a.1', imageOf(39_000));
  });
});

describe('a look at the spool', () => {
  it('does nothing for jobs that are only kept, but for the one that goes first', async () => {
    const folder = scope.folder();
    const first = await open(folder);
    for (let i = 0; i < 20; i++) {
      await accept(first, `a.${i}`);
      await settle(first, `a.${i}`, i % 2 ? refused : resized(Buffer.alloc(1)));
    }
    await first.close();
    const spool = await open(folder);
    for (let i = 20; i < 40; i++) {
      await accept(spool, `a.${i}`);
      await settle(spool, `a.${i}`, refused);
    }
    let visits = 0;
    const ended = [...spool.entries()].flatMap(({ outcome }) => outcome ?? []);
    expect(ended).toHaveLength(40);
    for (const outcome of ended) {
      const { endedAt } = outcome;
      Object.defineProperty(outcome, 'endedAt', { get: () => ++visits && endedAt });
    }
    await spool.tend();
    expect(visits).toBeLessThanOrEqual(1);
  });

  it('leaves a job alone that ends while others are looked after', async () => {
    const folder = scope.folder();
    const queue = embeddedQueue(scope);
    const first = await open(folder, {}, queue);
    for (let i = 0; i < 20; i++) await accept(first, `a.${i}`);
    await first.close();
    let letGo: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const asked: string[] = [];
    const publish = async ({ id }: Job) => {
      asked.push(id);
      await held;
    };
    const spool = await open(folder, {}, { ...queue, publish });
    const look = spool.tend();
    await eventually(() => expect(asked).toHaveLength(16));
    const [ended = ''] = [...spool.entries()]
      .map(({ spooled }) => spooled.job.id)
      .filter((id) => !asked.includes(id));
    await settle(spool, ended, refused);
    letGo();
    await look;
    expect(asked).toHaveLength(19);
    expect(spool.find(ended)?.outcome).toMatchObject(refused);
  });

  it('costs what is due, whatever is kept: fifty thousand ended jobs are not visited', () => {
    let visits = 0;
    const entry = (id: number, publishAt: number, endedAt?: number): Timed & { readonly id: number } => ({
      id,
      publishAt,
      spooled: { job: { deadlineAt: 100_000 } },
      ...(endedAt === undefined
        ? {}
        : {
            outcome: {
              get endedAt() {
                visits += 1;
                return endedAt;
              },
            },
          }),
    });
    // Recovered in no order.
    const kept = Array.from({ length: 50_000 }, (_, i) => entry(i, 0, 10_000 + ((i * 7919) % 50_000)));
    const agenda = createAgenda<(typeof kept)[number]>(kept, 10);
    const later = entry(-1, 30_000);
    agenda.put(later);
    visits = 0;
    expect([agenda.due(20_000), agenda.over(20_000)]).toEqual([[], []]);
    expect(visits).toBe(1);
    const over = agenda.over(20_003).map(({ id }) => id);
    expect(over).toEqual(
      kept
        .filter((_, i) => (i * 7919) % 50_000 < 3)
        .map(({ id }) => id)
        .sort(byEnd),
    );
    expect(visits).toBe(1 + 4);
    for (const each of kept.filter(({ id }) => over.includes(id))) agenda.remove(each);
    expect(agenda.over(20_003)).toEqual([]);
    expect(agenda.due(30_000)).toEqual([later]);
    agenda.put(Object.assign(later, entry(-1, 30_000, 70_000)));
    expect(agenda.due(75_000)).toEqual([]);
    expect(agenda.over(75_000)).not.toContain(later);
    expect(agenda.over(80_001)).toContain(later);
  });
});

const byEnd = (a: number, b: number) => ((a * 7919) % 50_000) - ((b * 7919) % 50_000);

describe('a job that the queue has set aside', () => {
  it('ends as crashed when it is published again, and only then', async () => {
    const folder = scope.folder();
    const queue = embeddedQueue(scope, { maxDeliveries: 1 });
    const spool = await open(folder, {}, queue);
    await accept(spool, 'a.poison');
    await queue.consume({ concurrency: 1, take: async (delivery) => void (await delivery.died('killed')) });
    await eventually(async () => expect((await queue.state()).setAside).toBe(1));
    expect(spool.find('a.poison')?.outcome).toBeUndefined();
    await spool.close();
    const again = await open(folder, {}, queue);
    await again.tend();
    expect(again.find('a.poison')?.outcome).toMatchObject({ kind: 'refused', code: 'crashed' });
    expect(await queue.state()).toMatchObject({ published: 1, setAside: 1, waiting: 0, inFlight: 0 });
    await again.close();
    expect((await open(folder)).find('a.poison')?.outcome).toMatchObject({
      kind: 'refused',
      code: 'crashed',
    });
  });

  it('waits while the queue cannot say so', async () => {
    const folder = scope.folder();
    const queue = embeddedQueue(scope);
    await accept(await open(folder, {}, queue), 'a.unclear');
    const errors = [new QueueUnavailable('no leader'), new JobSetAside('killed')];
    const spool = await open(folder, {}, { ...queue, publish: () => Promise.reject(errors.shift()) });
    await spool.tend();
    expect(spool.find('a.unclear')?.outcome).toBeUndefined();
    await eventually(async () => {
      await spool.tend();
      expect(spool.find('a.unclear')?.outcome).toMatchObject({ code: 'crashed' });
    });
    expect(errors).toEqual([]);
  });
});
