import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../service/all/defaults.ts';
import type { ServiceConfig } from '../../service/shared/config-types.ts';
import { headroom } from './headroom.ts';

/** The real process with a config that its schema takes, and with which it could not work. */
describe('a role that cannot work with its config', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-serve-config-'));
  const usual = defaultConfig({ data: folder, port: 0, cores: 1 }) as Required<ServiceConfig>;
  const asked: string[] = [];
  let server: Server;
  let address: string;

  beforeAll(async () => {
    server = createServer();
    server.on('connection', () => asked.push('somebody connected'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(role: string, sections: object) {
    const file = join(folder, `${role}.json`);
    writeFileSync(file, JSON.stringify({ schema: usual.schema, ...sections }));
    const { code, stdout, stderr } = await headroom(['serve', role, '--config', file]);
    const [first, ...lines] = stderr.trim().split('\n');
    return { code, stdout, stderr, first, file, problems: lines.map((line) => line.trim()) };
  }

  it('says all that is wrong with it at once, ends with 2, and has asked nobody', async () => {
    const { api } = usual;
    const { code, stdout, stderr, first, file, problems } = await serve('api', {
      api: {
        ...api,
        queue: {
          ...api.queue,
          url: `nats://${address},postgres://me:hunter2@${address}`,
          publishTimeout: 17,
        },
        identity: { ...api.identity, url: `redis://${address}`, password: { file: join(folder, 'none') } },
        usage: {
          store: { ...api.usage?.store, url: `cassandra://${address}/headroom`, replicas: 5, writeQuorum: 2 },
          refresh: 60,
        },
        peers: [{ node: 'b', url: 'api:hunter2@b' }],
      },
    });
    expect([code, stdout, first]).toEqual([2, '', `headroom serve: the config ${file} is not valid:`]);
    expect(problems).toEqual([
      'api.queue.publishTimeout: must be below api.deadline (16 s), which waits for it',
      'api.queue.url: must be embedded or nats://host:port, several of them separated by commas; address 2 of 2 is postgres://…',
      'api.peers.0.url: must be http://host:port; it has no scheme',
      `api.identity.password: no secret in file ${join(folder, 'none')} (ENOENT)`,
      'api.usage.store.writeQuorum: 2 of 5 replicas is neither one, nor a majority, nor all of them',
    ]);
    expect(stderr).not.toContain('hunter2');
    expect(asked).toEqual([]);
  });

  it('does the same with all roles in one process', async () => {
    const { api, worker, billing } = usual;
    const { code, problems } = await serve('all', {
      ...usual,
      api: { ...api, queue: { ...api.queue, url: 'http://a' } },
      worker: { ...worker, deadline: 7 },
      billing: { ...billing, prices: { cpuSecond: '0', byte: '1' } },
    });
    expect([code, problems.map((each) => each.split(':')[0])]).toEqual([
      2,
      ['api.queue.url', 'worker.deadline', 'billing.prices.byte'],
    ]);
  });

  it('does so for what the schema says too', async () => {
    const { worker } = usual;
    const { code, problems } = await serve('worker', {
      worker: { ...worker, jobsPerProcess: 2, processes: 0 },
    });
    expect(code).toBe(2);
    expect(problems.sort()).toEqual([
      'worker.jobsPerProcess: must be <= 1',
      'worker.processes: must be >= 1',
    ]);
  });
});
