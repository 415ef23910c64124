import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Agent, fetch as fetchFrom } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../emit/kubernetes-tree.ts';
import {
  addressOf,
  buildService,
  containerOf,
  engineImage,
  figureOf,
  hasOwnStorage,
  play,
  podman,
  untilReady,
} from './emit-podman.ts';
import { composeContainer, composeDown, composeUp } from './emit-podman-compose.ts';
import { confinementOf } from './emit-podman-confinement.ts';
import { type Outside, type PlayedPod, podsOf } from './emit-podman-kube.ts';
import { builtOverlay, coldStorageIn, databasePassword, madeSecrets } from './emit-podman-tree.ts';
import { hasEngine } from './engine.ts';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';

// Pods and volumes are removed by their names: never from the storage of anybody else.
const here =
  ['podman', 'kustomize', 'openssl'].every(hasEngine) &&
  hasService('haproxy', 'nats', 'redis', 'postgresql') &&
  hasOwnStorage();

const network = 'headroom-test';
/** What the emitted files say the name of, and what is none of the pods: an operator makes it, or it is somebody else's. */
const database = 'identity-db-rw';
const workloads = ['queue', 'identity-data', 'identity', 'usage', 'api', 'worker', 'load-balancer'];

describe.skipIf(!here)('the emitted Kubernetes tree under podman', { timeout: 60_000 }, () => {
  let folder = '';
  const adminKey = randomBytes(32).toString('hex');
  const pods = new Map<string, PlayedPod>();
  const images: string[] = [];
  let postgresql: RunningEngine | undefined;
  let objects: Manifest[] = [];

  const pod = (name: string): PlayedPod => {
    const found = pods.get(name);
    if (!found) throw new Error(`no pod ${name} was played`);
    return found;
  };
  const start = async (workload: string, outside: Outside = {}) => {
    for (const each of podsOf(objects, workload, outside)) {
      pods.set(each.name, each);
      await play(folder, network, each);
    }
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-podman-'));
    objects = [...builtOverlay(join(folder, 'tree')), ...madeSecrets(folder, adminKey)];
    await tidy();
    const imageOf = (workload: string): string => {
      const image = podsOf(objects, workload)[0]?.container.image;
      images.push(image);
      return image;
    };
    await buildService(join(folder, 'tree'), imageOf('api'));
    await engineImage(folder, imageOf('load-balancer'), ['haproxy']);
    await engineImage(folder, imageOf('queue'), ['nats-server'], ['nats-server']);
    await engineImage(folder, imageOf('identity-data'), ['redis-server', 'redis-cli']);

    await podman('network', 'create', network);
    await start('queue');
    await start('identity-data');
    // The host has this address once there is a pod.
    const gateway = await podman('network', 'inspect', network, '--format', '{{(index .Subnets 0).Gateway}}');
    postgresql = await startEngine('postgresql', { hosts: [gateway], port: 5432 });
    const role = `create role headroom login password '${databasePassword}'`;
    const statements = [role, 'create database headroom owner headroom'].flatMap((each) => ['-c', each]);
    execFileSync('psql', [postgresql.address, '--quiet', ...statements]);
    await start('identity', { [database]: gateway });
    await start('usage', coldStorageIn(objects));
    for (const workload of ['api', 'worker', 'load-balancer']) await start(workload);
    await untilReady([...pods.values()]);
  }, 400_000);

  afterAll(async () => {
    await postgresql?.stop();
    await tidy();
    await podman('image', 'rm', '--force', '--ignore', ...images);
    rmSync(folder, { recursive: true, force: true });
    const left = await podman('pod', 'ps', '--format', '{{.Name}}');
    expect(left.split('\n').filter((name) => pods.has(name))).toEqual([]);
  }, 60_000);

  /** Removes what a run makes, also what one left that was killed. */
  async function tidy() {
    const played = workloads.flatMap((workload) => podsOf(objects, workload));
    await podman('pod', 'rm', '--force', '--time', '0', '--ignore', ...played.map(({ name }) => name));
    await podman('network', 'rm', '--force', network);
    const volumes = (await podman('volume', 'ls', '--quiet')).split('\n');
    const ours = new Set(played.flatMap((each) => each.volumes));
    for (const volume of volumes.filter((name) => ours.has(name))) await podman('volume', 'rm', volume);
  }

  /** As the README says it, with curl. */
  async function admin(path: string, method: string, body: object): Promise<Manifest> {
    const answer = await fetch(`http://${await addressOf(pod('identity-0'))}:8083/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    expect(answer.ok, `${answer.status} ${text}`).toBe(true);
    return JSON.parse(text);
  }

  async function keyOfCustomer(): Promise<string> {
    const quota = { requestsPerMonth: 1_000_000, requestsPerSecond: 10 };
    await admin('plans/default', 'PUT', { name: 'Default', quota });
    await admin('customers', 'POST', { id: 'first', name: 'First customer', plan: 'default' });
    return (await admin('customers/first/keys', 'POST', { label: 'first' }))['text'];
  }

  /** Asks the load balancer for a smaller image, by its name and with its certificate. */
  async function resize(image: Buffer, key: string): Promise<{ status: number; body: Buffer }> {
    const connect = { ca: readFileSync(join(folder, 'tls.crt')), servername: 'image-resize' };
    const dispatcher = new Agent({ connect });
    try {
      const address = `https://${await addressOf(pod('load-balancer-0'))}:8443/v1/resize?width=40`;
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' };
      const answer = await fetchFrom(address, { method: 'POST', headers, body: image, dispatcher });
      return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
    } finally {
      await dispatcher.close();
    }
  }

  it("runs every tier that is no operator's, as many pods as the overlay says", async () => {
    const running = await podman('pod', 'ps', '--filter', 'status=running', '--format', '{{.Name}}');
    const wanted = workloads.flatMap((workload) => podsOf(objects, workload).map(({ name }) => name));
    expect(running.split('\n').toSorted()).toEqual(wanted.toSorted());
    expect(wanted.length).toBeGreaterThan(workloads.length);
  });

  it('resizes an image, from load balancer over API and queue to the worker, and logs its usage', async () => {
    const image = await sharp({ create: { width: 160, height: 120, channels: 3, background: '#3366cc' } })
      .jpeg()
      .toBuffer();
    expect((await resize(image, 'no-key-of-ours')).status).toBe(401);
    const key = await keyOfCustomer();
    const done = 'headroom_worker_jobs_total{outcome="done"}';
    expect(await figureOf(pod('worker-0'), 8082, done)).toBe(0);
    // The data plane hears of a new key within a moment.
    let answer = await resize(image, key);
    const status = async () => {
      if (answer.status !== 200) answer = await resize(image, key);
      return answer.status;
    };
    await expect.poll(status, { timeout: 20_000 }).toBe(200);
    const { width, height, format } = await sharp(answer.body).metadata();
    expect({ width, height, format }).toEqual({ width: 40, height: 30, format: 'jpeg' });
    // A job is done when its record is in the log, a moment after its image was handed in.
    const soon = { timeout: 10_000 };
    await expect.poll(() => figureOf(pod('worker-0'), 8082, done), soon).toBeGreaterThanOrEqual(1);
    const written = 'headroom_usage_records_total{stage="written"}';
    const logged = async () =>
      (await figureOf(pod('usage-0'), 8084, written)) + (await figureOf(pod('usage-1'), 8084, written));
    await expect.poll(logged, soon).toBeGreaterThanOrEqual(1);
  });

  it('is confined as the manifests say, by what the kernel knows of each process', async () => {
    for (const each of pods.values()) {
      const { securityContext, resources } = each.container;
      const confinement = await confinementOf(containerOf(each));
      expect(confinement, each.name).toEqual({
        users: Array(4).fill(securityContext.runAsUser),
        groups: Array(4).fill(securityContext.runAsGroup),
        capabilities: Array(5).fill(0n),
        newPrivileges: securityContext.allowPrivilegeEscalation,
        filtersCalls: securityContext.seccompProfile.type === 'RuntimeDefault',
        writableRoot: !securityContext.readOnlyRootFilesystem,
        memoryLimit: Number.parseInt(resources.limits.memory, 10) * 2 ** 20,
        cpuLimit: Number.parseInt(resources.limits.cpu, 10) / 1000,
      });
      expect(confinement, each.name).toMatchObject({
        newPrivileges: false,
        writableRoot: false,
        filtersCalls: true,
      });
      expect(securityContext.runAsUser, each.name).toBeGreaterThan(0);
    }
  });

  it('cannot change its own program, only write where a volume is', async () => {
    const write = (file: string) =>
      podman('exec', 'api-0-api', 'node', '-e', `fs.writeFileSync('${file}', 'x')`);
    await expect(write('/app/dist/service/main.cjs')).rejects.toThrow('EROFS');
    await expect(write('/elsewhere')).rejects.toThrow('EROFS');
    await write('/tmp/here');
    await write('/var/lib/headroom/here');
  });

  it('keeps answering while an API server leaves, which it does within its grace', async () => {
    const image = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const { text: key } = await admin('customers/first/keys', 'POST', { label: 'second' });
    // Until both servers know the key.
    const statusOf = async () => (await resize(image, key)).status;
    const four = async () => [await statusOf(), await statusOf(), await statusOf(), await statusOf()];
    await expect.poll(four, { timeout: 20_000 }).toEqual([200, 200, 200, 200]);
    const left = podman('stop', '--time', String(pod('api-0').grace), 'api-0-api');
    const gone = left.then(() => 'gone');
    const statuses: number[] = [];
    while ((await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 150))])) !== 'gone') {
      statuses.push(await statusOf());
    }
    expect(statuses.length).toBeGreaterThan(3);
    expect(new Set(statuses)).toEqual(new Set([200]));
    // Killed after the grace, it would say 137.
    expect(await podman('inspect', 'api-0-api', '--format', '{{.State.ExitCode}}')).toBe('0');
  });

  it('runs the compose file as far as podman-compose goes, as confined and in good health', async () => {
    const compose = join(folder, 'compose');
    try {
      const services = Object.entries(await composeUp(compose));
      expect(services.length).toBeGreaterThan(8);
      for (const [name, service] of services) {
        const container = composeContainer(name);
        const { limits } = service.deploy.resources;
        const { users, capabilities, ...rest } = await confinementOf(container);
        expect(users, name).toEqual(Array(4).fill(10_001));
        expect(capabilities, name).toEqual(Array(5).fill(0n));
        expect(rest, name).toMatchObject({ newPrivileges: false, filtersCalls: true, writableRoot: false });
        // The kernel counts memory in whole pages.
        expect(rest.memoryLimit, name).toBe(Math.floor(Number(limits.memory) / 4096) * 4096);
        expect(rest.cpuLimit, name).toBeCloseTo(Number(limits.cpus), 2);
        // Images of engines that are made here have no shell, no wget and no bash to ask with.
        const [, ...question] = service.healthcheck.test;
        if (question[0] !== 'node') continue;
        const healthy = () => podman('exec', container, ...question).then(() => true, String);
        await expect.poll(healthy, { timeout: 30_000, interval: 500 }).toBe(true);
      }
      const address = `http://${String(services.at(-1)?.[1].ports[0]).split(':').slice(0, 2).join(':')}`;
      const asked = async () => (await fetch(`${address}/v1/resize?width=4`, { method: 'POST' })).status;
      await expect.poll(asked, { timeout: 20_000 }).toBe(401);
    } finally {
      await composeDown(compose);
    }
  }, 180_000);
});
