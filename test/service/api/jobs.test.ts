import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job, Outcome } from '../../../service/contracts/job.ts';
import type { Queue } from '../../../service/contracts/queue.ts';
import { QueueUnavailable } from '../../../service/contracts/queue.ts';
import {
  apiConfig,
  codeOf,
  createScope,
  embeddedQueue,
  eventually,
  resized,
  runApi,
  work,
} from './running-api.ts';

const scope = createScope();
afterEach(() => scope.end());

let jpeg: Buffer<ArrayBuffer>;
beforeAll(async () => {
  const create = { width: 40, height: 20, channels: 3 as const, background: '#478' };
  jpeg = Buffer.from(await sharp({ create }).jpeg().toBuffer());
});

const spool = (folder: string, more = {}) => ({
  spool: { folder, bytes: 1e6, deadline: 60, retention: 60, ...more },
});

type Api = Awaited<ReturnType<typeof runApi>>;

async function accept(api: Api, headers: Record<string, string> = {}): Promise<string> {
  const answer = await api.post('/v1/resize?width=20&async=1', jpeg, headers);
  expect(answer.status).toBe(202);
  return answer.headers.get('location') ?? '';
}

async function statusOf(api: Api, location: string): Promise<string> {
  return ((await (await api.get(location)).json()) as { status: string }).status;
}

/** A queue that stands still in some way. */
function changed(queue: Queue, changes: Partial<Queue>): Queue {
  return { ...queue, ...changes };
}

describe('an asynchronous job', () => {
  it('is accepted, waited for, and its result is there for the one who asked', async () => {
    const api = await runApi(scope, spool(scope.folder()));
    const location = await accept(api);
    expect(await statusOf(api, location)).toBe('waiting');
    expect(await codeOf(await api.get(`${location}/result`))).toBe('409 not-ready');
    await work(scope, api.queue, (_job, body) => resized(body));
    await eventually(async () => expect(await statusOf(api, location)).toBe('done'));
    const result = await api.get(`${location}/result`);
    expect(result.headers.get('content-type')).toBe('image/jpeg');
    expect(await result.text()).toBe(`small ${jpeg.length}`);
    expect(await api.value('headroom_api_requests_total{outcome="accepted"}')).toBe(1);
  });

  it('tells a worker that is given it again what to bill, also after a restart', async () => {
    const folder = scope.folder();
    const node = 'kept';
    const api = await runApi(scope, { ...spool(folder), node });
    const location = await accept(api);
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    await eventually(async () => expect(await statusOf(api, location)).toBe('done'));
    const path = new URL(jobs[0]?.bodyUrl ?? '').pathname;
    await api.running.close();
    const restarted = await runApi(scope, { ...spool(folder), node });
    const again = await fetch(restarted.internalListen + path);
    expect(again.status).toBe(208);
    const bytesOut = `small ${jpeg.length}`.length;
    expect(await again.json()).toMatchObject({
      ...{ bytesIn: jpeg.length, bytesOut, pixelsIn: 200, cpuMicroseconds: 1234 },
    });
  });

  it('does not exist for other customers', async () => {
    const api = await runApi(scope, spool(scope.folder()));
    const location = await accept(api);
    expect(await codeOf(await api.get(location, api.as('bert')))).toBe('404 not-found');
    expect(await codeOf(await api.get(`${location}/result`, api.as('bert')))).toBe('404 not-found');
    expect(await codeOf(await api.get('/v1/jobs/a.1'))).toBe('404 not-found');
    expect(await codeOf(await api.get('/v1/jobs/..%2f..%2fetc'))).toBe('404 not-found');
  });

  it('may be asked for by a header', async () => {
    const api = await runApi(scope, spool(scope.folder()));
    const answer = await api.post('/v1/resize?width=20', jpeg, { prefer: 'respond-async, wait=10' });
    expect(answer.status).toBe(202);
  });

  it('tells why its image was refused', async () => {
    const api = await runApi(scope, spool(scope.folder()));
    const location = await accept(api);
    await work(scope, api.queue, () => ({ kind: 'refused', code: 'corrupt', detail: 'broken' }));
    await eventually(async () => expect(await statusOf(api, location)).toBe('refused'));
    expect(await codeOf(await api.get(`${location}/result`))).toBe('422 corrupt');
  });

  it('is given up after its deadline', async () => {
    const api = await runApi(scope, spool(scope.folder(), { deadline: 0.2 }));
    const location = await accept(api);
    await eventually(async () => expect(await statusOf(api, location)).toBe('expired'));
    expect(await codeOf(await api.get(`${location}/result`))).toBe('410 expired');
  });

  it('is forgotten after its retention', async () => {
    const folder = scope.folder();
    const api = await runApi(scope, spool(folder, { deadline: 0.2, retention: 0.2 }));
    const location = await accept(api);
    await eventually(async () => expect((await api.get(location)).status).toBe(404));
    await eventually(() => expect(readdirSync(folder)).toEqual(['node']));
  });

  it('is refused where the spool is full or cannot be written, and leaves nothing behind', async () => {
    const folder = scope.folder();
    const full = await runApi(scope, spool(folder, { bytes: 100 }));
    expect(await codeOf(await full.post('/v1/resize?width=20&async=1', jpeg))).toBe('503 spool-full');
    const gone = scope.folder();
    const broken = await runApi(scope, spool(gone));
    rmSync(gone, { recursive: true });
    expect(await codeOf(await broken.post('/v1/resize?width=20&async=1', jpeg))).toBe('503 spool-full');
    expect((await broken.queue.state()).published).toBe(0);
    const none = await runApi(scope);
    expect(await codeOf(await none.post('/v1/resize?width=20&async=1', jpeg))).toBe('422 async-unavailable');
  });

  it('says where its result had no room, and that the image is to be sent again', async () => {
    const api = await runApi(scope, spool(scope.folder()));
    const { statuses } = await work(scope, api.queue, (_job, body) => ({
      ...(resized(body) as Extract<Outcome, { kind: 'done' }>),
      image: Buffer.alloc(2e6),
    }));
    const location = await accept(api);
    await eventually(async () => expect(await statusOf(api, location)).toBe('refused'));
    await eventually(() => expect(statuses).toEqual([410]));
    expect(await codeOf(await api.get(`${location}/result`))).toBe('410 spool-full');
    expect(await (await api.get(location)).json()).toMatchObject({ code: 'spool-full' });
  });

  it('is refused where the queue is full, and leaves nothing behind', async () => {
    const folder = scope.folder();
    const api = await runApi(scope, spool(folder), { queue: embeddedQueue(scope, { maxMessages: 1 }) });
    await accept(api);
    expect(await codeOf(await api.post('/v1/resize?width=20&async=1', jpeg))).toBe('503 queue-full');
    expect(readdirSync(folder)).toHaveLength(3);
    expect(readdirSync(folder)).toContain('node');
  });
});

describe('an accepted job is not lost', () => {
  it('when the server and the queue are gone and come back', async () => {
    const folder = scope.folder();
    const before = await runApi(scope, spool(folder));
    const location = await accept(before, { 'idempotency-key': 'k' });
    await before.running.close();
    // What a crash in the middle of an accept leaves behind.
    writeFileSync(join(folder, 'a.torn.body'), 'x');
    writeFileSync(join(folder, 'a.cut.job'), '{"job"');
    writeFileSync(join(folder, 'a.other.job.new'), 'x');

    const after = await runApi(scope, spool(folder));
    const { jobs } = await work(scope, after.queue, (_job, body) => resized(body));
    await eventually(async () => expect(await statusOf(after, location)).toBe('done'));
    expect(await accept(after, { 'idempotency-key': 'k' })).toBe(location);
    expect(jobs).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => /torn|cut|other/.test(name))).toEqual([]);
  });

  it('and nothing else in its folder is', async () => {
    const folder = scope.folder();
    // Where the folder is a file system of its own, this one belongs to it.
    mkdirSync(join(folder, 'lost+found'));
    writeFileSync(join(folder, 'notes.txt'), 'x');
    writeFileSync(join(folder, 'a.cut.result.new'), 'x');
    await runApi(scope, spool(folder));
    expect(readdirSync(folder).sort()).toEqual(['lost+found', 'node', 'notes.txt']);
  });

  it('when its result came before the restart', async () => {
    const folder = scope.folder();
    const before = await runApi(scope, spool(folder));
    await work(scope, before.queue, (_job, body) => resized(body));
    const location = await accept(before);
    await eventually(async () => expect(await statusOf(before, location)).toBe('done'));
    await before.running.close();
    const after = await runApi(scope, spool(folder));
    expect(await (await after.get(`${location}/result`)).text()).toBe(`small ${jpeg.length}`);
    expect((await after.queue.state()).published).toBe(0);
  });

  it('when the queue is away at that moment', async () => {
    const real = embeddedQueue(scope);
    let away = true;
    const queue = changed(real, {
      publish: async (job) => {
        if (away) throw new QueueUnavailable('no leader');
        await real.publish(job);
      },
    });
    const api = await runApi(scope, spool(scope.folder()), { queue });
    const location = await accept(api);
    await work(scope, real, (_job, body) => resized(body));
    away = false;
    await eventually(async () => expect(await statusOf(api, location)).toBe('done'));
    expect(await api.value('headroom_api_retries_total{tier="queue"}')).toBeGreaterThan(0);
  });

  it('when the queue drops it', async () => {
    const short = { ...apiConfig.queue, maxAge: 0.2, deduplicationWindow: 0.2 };
    const real = embeddedQueue(scope, short);
    let drop = true;
    const queue = changed(real, { publish: async (job) => (drop ? undefined : real.publish(job)) });
    const api = await runApi(scope, { ...spool(scope.folder()), queue: short }, { queue });
    const location = await accept(api);
    drop = false;
    await work(scope, real, (_job, body) => resized(body));
    await eventually(async () => expect(await statusOf(api, location)).toBe('done'));
  });
});

describe('the name of a server', () => {
  const unnamed: object = { node: undefined };

  it('stays with its jobs when it has none of its own and comes back on another host', async () => {
    const folder = scope.folder();
    const before = await runApi(scope, { ...spool(folder), node: 'host-before' });
    const location = await accept(before);
    await before.running.close();
    const after = await runApi(scope, { ...spool(folder), ...unnamed });
    expect(await statusOf(after, location)).toBe('waiting');
    expect(await accept(after)).toMatch(/\/host-before\./);
  });

  it('is that of the jobs in a folder that does not say it yet', async () => {
    const folder = scope.folder();
    const before = await runApi(scope, { ...spool(folder), node: 'host-before' });
    const location = await accept(before);
    await before.running.close();
    rmSync(join(folder, 'node'), { force: true });
    const after = await runApi(scope, { ...spool(folder), ...unnamed });
    expect(await statusOf(after, location)).toBe('waiting');
    expect(readFileSync(join(folder, 'node'), 'utf8')).toBe('host-before');
  });

  it('is not changed while jobs are under it, and may be afterwards', async () => {
    const folder = scope.folder();
    const short = { deadline: 1, retention: 0.2 };
    const before = await runApi(scope, { ...spool(folder, short), node: 'first' });
    await accept(before);
    await before.running.close();
    const renamed = () => runApi(scope, { ...spool(folder, short), node: 'second' });
    await expect(renamed()).rejects.toThrow(
      `api.node: second, but ${folder} holds jobs of first, which nobody would find`,
    );
    const again = await runApi(scope, { ...spool(folder, short), node: 'first' });
    await eventually(() => expect(readdirSync(folder)).toEqual(['node']));
    await again.running.close();
    expect(await accept(await renamed())).toMatch(/\/second\./);
  });
});

describe('a poll that reaches another server', () => {
  it('finds a server by the list of all of them, as workers find it that are given its jobs', async () => {
    const peers = ['a', 'b'].map((node) => ({ node, url: `http://${node}.servers:81` }));
    let asked = '';
    const publish = async (job: Job) => {
      asked = job.bodyUrl;
    };
    const queue = changed(embeddedQueue(scope), { publish });
    await accept(await runApi(scope, { node: 'b', peers, ...spool(scope.folder()) }, { queue }));
    await eventually(async () => expect(asked).toMatch(/^http:\/\/b\.servers:81\//));
  });

  it('is answered from the server that has the job, to its owner alone', async () => {
    const owner = await runApi(scope, { node: 'a', ...spool(scope.folder()) });
    const peers = [{ node: 'a', url: owner.internalListen }];
    const other = await runApi(scope, { node: 'b', peers });
    const location = await accept(owner);
    expect(await statusOf(other, location)).toBe('waiting');
    await work(scope, owner.queue, (_job, body) => resized(body));
    await eventually(async () => expect(await statusOf(other, location)).toBe('done'));
    const result = await other.get(`${location}/result`);
    expect(result.headers.get('x-headroom-width')).toBe('20');
    expect(await result.text()).toBe(`small ${jpeg.length}`);
    expect(await codeOf(await other.get(location, other.as('bert')))).toBe('404 not-found');
    await owner.running.close();
    expect(await codeOf(await other.get(location))).toBe('503 owner-unavailable');
  });
});
