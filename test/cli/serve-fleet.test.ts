import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultConfig } from '../../service/all/defaults.ts';
import type { ServiceConfig } from '../../service/shared/config-types.ts';
import { hasService, type RunningEngine, startEngine } from '../engines/engine-start.ts';
import { bin, neutral } from './headroom.ts';

const patience = { timeout: 60_000, interval: 100 };
const schema = 'headroom/service-config/v1';

type Whole = Required<ServiceConfig>;

/** Every role as a process of its own, as an operator starts it, on a real queue and a real data plane. */
describe.skipIf(!hasService('nats', 'redis'))('a fleet of roles', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-fleet-'));
  const engines: RunningEngine[] = [];
  const processes = new Map<string, ReturnType<typeof spawnRole>>();
  let photograph: Buffer<ArrayBuffer>;
  let base: Whole;
  let ports: number[];
  let key: string;

  const apiUrl = (node: 'a' | 'b') => `http://127.0.0.1:${node === 'a' ? ports[0] : ports[1]}`;
  const innerUrl = (node: 'a' | 'b') => `http://127.0.0.1:${node === 'a' ? ports[2] : ports[3]}`;

  function spawnRole(role: string, config: object, ...args: string[]) {
    const file = join(folder, `${role}-${processes.size}.json`);
    writeFileSync(file, JSON.stringify({ schema, ...config }));
    const [name = ''] = role.split('-');
    const run = execa(process.execPath, [bin, 'serve', name, '--config', file, ...args], {
      env: neutral as Record<string, string>,
      reject: false,
      stdin: 'ignore',
    });
    const seen = { text: '' };
    run.stdout.on('data', (data: Buffer) => {
      seen.text += data;
    });
    return { run, seen };
  }

  const start = (role: string, config: object, ...args: string[]) => {
    const started = spawnRole(role, config, ...args);
    processes.set(role, started);
    return started;
  };

  const startApi = async (node: 'a' | 'b') => {
    const other = node === 'a' ? 'b' : 'a';
    const listen = (port: string) => ({ host: '127.0.0.1', port: Number(port) });
    start(`api-${node}`, {
      api: {
        ...base.api,
        node,
        listen: listen(new URL(apiUrl(node)).port),
        internalListen: listen(new URL(innerUrl(node)).port),
        peers: [{ node: other, url: innerUrl(other) }],
        spool: { ...base.api.spool, folder: join(folder, `spool-${node}`) },
      },
    });
    await vi.waitFor(async () => expect((await fetch(`${apiUrl(node)}/readyz`)).status).toBe(200), patience);
  };

  beforeAll(async () => {
    const [nats, redis] = await Promise.all([startEngine('nats', { nodes: 3 }), startEngine('redis')]);
    engines.push(nats, redis);
    const create = { width: 400, height: 300, channels: 3 as const, background: '#395' };
    photograph = Buffer.from(await sharp({ create }).jpeg().toBuffer());
    ports = await freePorts(5);
    mkdirSync(join(folder, 'data'));
    const usual = defaultConfig({ data: join(folder, 'data'), port: 0, cores: 1 }) as Whole;
    const queue = { ...usual.api.queue, url: nats.address, replicas: 3, partitions: 2 };
    const identity = { ...usual.api.identity, url: redis.address };
    const { usage: _, ...api } = usual.api;
    base = {
      ...usual,
      api: { ...api, deadline: 10, identity, queue, spool: { ...usual.api.spool, deadline: 30 } as never },
      worker: { ...usual.worker, queue, usage: { url: `http://127.0.0.1:${ports[4]}` } },
      identity: { ...usual.identity, dataPlane: [redis.address] },
      usage: { ...usual.usage, listen: { host: '127.0.0.1', port: ports[4] ?? 0 } },
      billing: { ...usual.billing, period: 5, interval: 1, settleTime: 4 },
    };
    writeFileSync(join(folder, 'data', 'admin-key'), 'a key of a test\n');
    const identities = start('identity', { identity: base.identity }, '--seed');
    await vi.waitFor(() => expect(identities.seen.text).toMatch(/: (hr_\S+)/), patience);
    key = /: (hr_\S+)/.exec(identities.seen.text)?.[1] ?? '';
    start('usage', { usage: base.usage });
    start('billing', { billing: base.billing });
    await Promise.all([startApi('a'), startApi('b')]);
  }, 120_000);

  afterAll(async () => {
    for (const { run } of processes.values()) run.kill('SIGTERM');
    await Promise.all([...processes.values()].map(({ run }) => run));
    for (const engine of engines) await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const post = (node: 'a' | 'b', query: string) =>
    fetch(`${apiUrl(node)}/v1/resize?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: photograph,
    });
  const poll = (node: 'a' | 'b', location: string) =>
    fetch(apiUrl(node) + location, { headers: { authorization: `Bearer ${key}` } });
  const billed = () =>
    readdirSync(join(folder, 'data', 'cold'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('bill.json') && name.includes('objects'))
      .flatMap((name) => {
        const text = readFileSync(join(folder, 'data', 'cold', name), 'utf8');
        return (JSON.parse(text) as { lines: { requests: number | string }[] }).lines;
      })
      .reduce((sum, { requests }) => sum + Number(requests), 0);

  it('loses no accepted job to kill -9 of its server, serves from both, and bills each image once', async () => {
    // Nobody works yet, so all of this is still to be done when its server dies.
    const locations: string[] = [];
    for (let job = 0; job < 5; job++) {
      const answer = await post('a', `width=${100 + job}&async=1`);
      expect(answer.status).toBe(202);
      locations.push(answer.headers.get('location') ?? '');
    }
    expect((await poll('b', locations[0] ?? '')).status).toBe(200);
    const { run } = processes.get('api-a') ?? {};
    run?.kill('SIGKILL');
    await run;
    await vi.waitFor(async () => expect((await poll('b', locations[0] ?? '')).status).toBe(503), patience);

    start('worker', { worker: base.worker });
    const served = await post('b', 'width=120');
    expect([served.status, served.headers.get('x-headroom-width')]).toEqual([200, '120']);
    await startApi('a');
    for (const [job, location] of locations.entries()) {
      await vi.waitFor(async () => {
        const result = await poll('b', `${location}/result`);
        expect([result.status, result.headers.get('x-headroom-width')]).toEqual([200, String(100 + job)]);
      }, patience);
    }
    await vi.waitFor(() => expect(billed()).toBe(6), { timeout: 90_000, interval: 500 });
  });

  it('goes on serving known keys while the management plane and the data plane are down', async () => {
    processes.get('identity')?.run.kill('SIGKILL');
    await engines[1]?.kill(1);
    expect((await post('b', 'width=121')).status).toBe(200);
  });

  it('drains on SIGTERM, each with 0', async () => {
    const stop = (roles: readonly string[]) =>
      Promise.all(
        roles.map(async (role) => {
          const { run } = processes.get(role) ?? {};
          run?.kill('SIGTERM');
          return (await run)?.exitCode;
        }),
      );
    // A worker keeps its last jobs until their records are in the log.
    expect(await stop(['api-a', 'api-b', 'worker'])).toEqual([0, 0, 0]);
    expect(await stop(['usage', 'billing'])).toEqual([0, 0]);
  });
});

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
