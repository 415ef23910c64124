import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import cassandra from 'cassandra-driver';
import { execa } from 'execa';
import { Redis } from 'ioredis';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasService, processesIn } from '../engines/engine-start.ts';
import { freePorts } from '../supervise/fixture.ts';
import { bin, headroom, neutral } from './headroom.ts';

const hasAll = hasService(
  ...(['alertmanager', 'cassandra', 'haproxy', 'nats'] as const),
  ...(['postgresql', 'prometheus', 'redis', 'versitygw'] as const),
);

/** Bills of a minute instead of a month, so that a test sees one. Nothing else differs from the example. */
const hasty = [
  ...['billing.period=60 s', 'batch.settleTime=5 s', 'batch.interval=5 s'],
  ...['usageAggregator.batch.interval=2 s', 'coldStorage.retention=1 h', 'api.spool.deadline=60 s'],
  // The machine that runs the tests is busy with others.
  'deploy.start.patience=5 min',
];

interface Up {
  readonly address: string;
  readonly keyFile: string;
  readonly processes: readonly { name: string; tier: string; pid: number | null; ports: readonly string[] }[];
}

interface Alert {
  readonly labels: { readonly alertname: string; readonly slo: string; readonly severity: string };
  readonly state: string;
}

/** Two hundred ports in a row of which the first is free; the kernel gives away none below 32768. */
async function freeBase(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return 21_000 + (port % 45) * 220;
}

describe.skipIf(!hasAll)('headroom up on real engines', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-up-'));
  const dir = join(folder, 'local');
  const patience = { timeout: 200_000, interval: 1000 };
  let run: ReturnType<typeof spawn>;
  let up: Up;
  let key: string;
  let photograph: Buffer<ArrayBuffer>;

  const spawn = () =>
    execa(process.execPath, [bin, 'up', '--dir', dir, '--json'], {
      ...{
        env: neutral as Record<string, string>,
        reject: false,
        stdin: 'ignore',
        forceKillAfterDelay: false,
      },
    });
  const secret = (name: string) => readFileSync(join(dir, 'run/secrets', name), 'utf8').trim();
  const processOf = (name: string) => {
    const found = up.processes.find((each) => each.name === name);
    if (!found) throw new Error(`${name} does not run`);
    return found;
  };
  const urlOf = (name: string, at = 0) => `http://${processOf(name).ports[at]}`;
  const resize = (authorization = key) =>
    fetch(`${up.address}/v1/resize?width=300`, {
      method: 'POST',
      body: photograph,
      headers: { authorization: `Bearer ${authorization}` },
      signal: AbortSignal.timeout(60_000),
    });
  const query = async <T>(path: string): Promise<T> =>
    ((await (await fetch(`${urlOf('prometheus')}${path}`)).json()) as { data: T }).data;
  const firing = async () =>
    (await query<{ alerts: readonly Alert[] }>('/api/v1/alerts')).alerts.filter(
      ({ state }) => state === 'firing',
    );

  beforeAll(async () => {
    // PostgreSQL runs as a user of its own, who has to pass.
    chmodSync(folder, 0o711);
    const noise = { type: 'gaussian', mean: 120, sigma: 20 } as const;
    const picture = sharp({ create: { width: 1200, height: 900, channels: 3, background: '#888', noise } });
    photograph = Buffer.from(await picture.jpeg({ quality: 60 }).toBuffer()) as Buffer<ArrayBuffer>;
    const sets = [...hasty, `local.port.base=${await freeBase()}`].flatMap((set) => ['--set', set]);
    const machine = ['--cores', '2', '--memory', '8'];
    const emitted = await headroom([
      'emit',
      '--target',
      'local',
      '--example',
      '--out',
      dir,
      ...machine,
      ...sets,
    ]);
    expect(emitted.stderr + emitted.stdout).toContain(`in ${dir}`);
    run = spawn();
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      run.stdout.on('data', (data: Buffer) => {
        text += data;
        if (text.endsWith('\n}\n')) resolve(text);
      });
      run.then(() => resolve(text));
    });
    // A failure is an object too.
    expect(JSON.parse(answer)).toHaveProperty('address');
    up = JSON.parse(answer) as Up;
    key = readFileSync(up.keyFile, 'utf8').trim();
  }, 500_000);

  afterAll(async () => {
    run?.kill('SIGINT');
    await run;
    rmSync(folder, { recursive: true, force: true });
  }, 200_000);

  it('answers with a resized image, through the load balancer, an API server, the queue and a worker', async () => {
    const response = await resize();
    expect(response.status).toBe(200);
    const { width, height, format } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect({ width, height, format }).toEqual({ width: 300, height: 225, format: 'jpeg' });
    const figures = await (await fetch(`${urlOf('load-balancer-1', 1)}/metrics`)).text();
    expect(figures).toMatch(/haproxy_backend_http_responses_total\{proxy="api",code="2xx"\} [1-9]/);
    const streams = await (await fetch(`${urlOf('nats-1', 1)}/jsz?streams=true`)).text();
    expect(streams).toContain('HEADROOM_JOBS_0');
  });

  it('lets in whom the management plane knows, by way of the data plane, and nobody else', async () => {
    const admin = (path: string, body: object) =>
      fetch(`${urlOf('identity-1')}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { authorization: `Bearer ${secret('admin')}`, 'content-type': 'application/json' },
      });
    const made = await admin('/v1/customers', { id: 'second', name: 'Second', plan: 'default' });
    expect(made.status).toBe(201);
    const answer = (await (await admin('/v1/customers/second/keys', { label: 'one' })).json()) as Record<
      string,
      string
    >;
    const second = Object.values(answer).find((value) => /^hr_[^_]{16}_.{43}$/.test(value)) ?? '';
    await vi.waitFor(async () => expect((await resize(second)).status).toBe(200), patience);
    expect((await resize(`${second.slice(0, -4)}AAAA`)).status).toBe(401);
    const [host = '', port = ''] = (processOf('redis-1').ports[0] ?? '').split(':');
    const redis = new Redis({ host, port: Number(port), password: secret('identity-data') });
    const known = await redis.keys('headroom:identity:*');
    await redis.quit();
    expect(known.length).toBeGreaterThanOrEqual(2);
  });

  it('keeps usage in the batch store', async () => {
    const port = Number((processOf('cassandra-1').ports[0] ?? '').split(':')[1]);
    const contactPoints = [`127.0.0.1:${port}`];
    const client = new cassandra.Client({ contactPoints, localDataCenter: 'dc1', protocolOptions: { port } });
    await client.connect();
    await vi.waitFor(async () => {
      const { rows } = await client.execute('select customer, requests, bytes_in from headroom.usage_rows');
      const first = rows.find(({ customer }) => customer === 'first');
      expect(Number(first?.['requests'])).toBeGreaterThanOrEqual(1);
      expect(Number(first?.['bytes_in'])).toBe(Number(first?.['requests']) * photograph.length);
    }, patience);
    await client.shutdown();
  });

  it('keeps raw records in cold storage, and makes a bill of them', async () => {
    const client = new S3Client({
      ...{ endpoint: urlOf('s3'), region: 'us-east-1', forcePathStyle: true },
      credentials: { accessKeyId: secret('cold-storage-user'), secretAccessKey: secret('cold-storage') },
    });
    const bill = await vi.waitFor(async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'records' }));
      const keys = Contents.map(({ Key = '' }) => Key);
      expect(keys.find((each) => each.startsWith('sealed/'))).toMatch(/\.parquet$/);
      const found = keys.find((each) => each.endsWith('bill.csv'));
      if (found === undefined) throw new Error('there is no bill yet');
      return found;
    }, patience);
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'records', Key: bill }));
    const [head, line] = ((await Body?.transformToString()) ?? '').split('\n');
    expect(head).toBe(
      'customer,requests,cpu_seconds,bytes_in,bytes_out,pixels,cpu_usd,bytes_usd,exact_usd,total_usd',
    );
    expect(line).toMatch(/^(first|[0-9a-f-]+),[1-9]\d*,0\.\d+,\d+/);
    client.destroy();
  });

  it('starts a process again that was killed, while others serve', async () => {
    const pid = processOf('api-1').pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await resize()).status).toBe(200), patience);
    await vi.waitFor(
      async () => expect((await fetch(`${urlOf('api-1')}/readyz`)).status).toBe(200),
      patience,
    );
  });

  it('is seen by Prometheus as a whole, with no alert firing', async () => {
    await vi.waitFor(async () => {
      const { activeTargets } = await query<{ activeTargets: readonly { health: string }[] }>(
        '/api/v1/targets',
      );
      expect(activeTargets.length).toBe(12);
      expect(activeTargets.filter(({ health }) => health !== 'up')).toEqual([]);
    }, patience);
    for (let request = 0; request < 5; request += 1) expect((await resize()).status).toBe(200);
    expect(await firing()).toEqual([]);
  });

  it('fires the fast page of its availability when the workers hang, and tells Alertmanager', async () => {
    const { pid } = processOf('worker-1');
    process.kill(pid ?? 0, 'SIGSTOP');
    const answers = await Promise.all([resize(), resize(), resize()]);
    expect(answers.map(({ status }) => status)).toEqual([504, 504, 504]);
    await vi.waitFor(async () => {
      const pages = (await firing()).filter(
        ({ labels }) => labels.severity === 'page' && labels.slo === 'availability',
      );
      expect(pages.map(({ labels }) => labels.alertname)).toContain('ErrorBudgetBurnFast');
      const told = (await (await fetch(`${urlOf('alertmanager')}/api/v2/alerts`)).json()) as readonly Alert[];
      expect(told.map(({ labels }) => labels.alertname)).toContain('ErrorBudgetBurnFast');
    }, patience);
    process.kill(pid ?? 0, 'SIGCONT');
  });

  it('stops everything in order on Ctrl-C, and leaves no process behind', async () => {
    run.kill('SIGINT');
    const { exitCode, stderr } = await run;
    expect(exitCode).toBe(0);
    const stopped = [...stderr.matchAll(/^(\S+) has stopped$/gm)].map(([, name]) => name);
    expect(stopped.indexOf('load-balancer-1')).toBeLessThan(stopped.indexOf('api-1'));
    expect(stopped.indexOf('api-1')).toBeLessThan(stopped.indexOf('nats-1'));
    expect(stopped.indexOf('usage-1')).toBeLessThan(stopped.indexOf('cassandra-1'));
    expect(processesIn(dir)).toEqual([]);
  });
});
