import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../service/shared/config.ts';
import { choose } from '../../src/supervise/chosen.ts';
import { startOrder } from '../../src/supervise/order.ts';
import { type ProcessFile, readProcessFile } from '../../src/supervise/process-file.ts';
import { parsed, smallInput, smallTree } from './local-tree.ts';

interface Listener {
  readonly host: string;
  readonly port: number;
}

describe('the local target', () => {
  const input = smallInput('local');
  const tree = smallTree(input);
  const dir = mkdtempSync(join(tmpdir(), 'headroom-local-'));
  let file: ProcessFile;
  const value = (name: string) => input.plan.quantities.get(name)?.value ?? Number.NaN;
  const tiersOf = (processes: ProcessFile['processes']) => Object.values(processes).map(({ tier }) => tier);
  const namesOf = (prefix: string) =>
    Object.keys(file.processes).filter((name) => name.startsWith(`${prefix}-`));

  beforeAll(() => {
    writeFileSync(join(dir, 'processes.yaml'), tree.get('processes.yaml') ?? '');
    file = readProcessFile(dir, 'local');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('has as many processes of each tier as the plan for this machine has nodes', () => {
    const counts = {
      'load-balancer': 'loadBalancer.nodes.count',
      api: 'api.servers.count',
      worker: 'worker.machines.count',
      usage: 'worker.machines.count',
      identity: 'identityManagement.instances.count',
      keeper: 'identityManagement.databases.count',
      redis: 'identityData.nodes.count',
      nats: 'queue.nodes.count',
    };
    for (const [prefix, count] of Object.entries(counts)) expect(namesOf(prefix)).toHaveLength(value(count));
    expect(namesOf('cassandra')).toHaveLength(value('usageStore.nodes.count') + 1);
  });

  it('gives every role a config that the role itself takes', () => {
    const configs = [...tree.keys()].filter((path) => path.startsWith('config/'));
    expect(configs).toHaveLength(10);
    for (const path of configs) expect(() => checkConfig(parsed(tree, path)), path).not.toThrow();
  });

  it('starts no aggregator that no worker tells anything', () => {
    const told = namesOf('worker').map(
      (name) => parsed<{ worker: { usage: { url: string } } }>(tree, `config/${name}.json`).worker.usage.url,
    );
    const listening = namesOf('usage').map((name) => `http://${file.processes[name]?.ports[0]}`);
    expect(told.sort()).toEqual(listening.sort());
  });

  it('starts nothing on an address or port twice, and nothing beyond loopback', () => {
    const ports = Object.values(file.processes).flatMap((each) => each.ports);
    expect(new Set(ports).size).toBe(ports.length);
    for (const address of ports) expect(address).toMatch(/^127\.0\.0\.\d+:\d+$/);
    const last = Math.max(...ports.map((address) => Number(address.split(':')[1])));
    expect(last).toBeLessThan(value('local.port.base') + 220);
  });

  it('declares every port on which a role listens', () => {
    const declared = new Set(Object.values(file.processes).flatMap((each) => each.ports));
    const listeners = [...tree.keys()]
      .filter((path) => path.startsWith('config/'))
      .flatMap((path) => listenersIn(parsed(tree, path)))
      .filter(({ port }) => port !== 0)
      .map(({ host, port }) => `${host}:${port}`);
    expect(listeners.filter((each) => !declared.has(each))).toEqual([]);
    const scraped = parsed<{ scrape_configs: { static_configs: { targets: string[] }[] }[] }>(
      tree,
      'prometheus/prometheus.yaml',
    ).scrape_configs.flatMap((job) => job.static_configs.flatMap(({ targets }) => targets));
    expect(scraped.filter((each) => !declared.has(each))).toEqual([]);
  });

  it('can be started in an order, with and without each engine', () => {
    expect(startOrder(choose(file, () => true).processes, tiersOf(file.processes)).size).toBeGreaterThan(20);
    for (const { program } of file.missing) {
      const { processes, notes } = choose(file, (each) => each !== program);
      expect(() => startOrder(processes, tiersOf(file.processes)), program).not.toThrow();
      expect(notes.join()).toContain(program);
      expect(Object.keys(processes).length).toBeGreaterThan(0);
    }
  });

  it('keeps one instance of identity with an embedded database, which only one can open', () => {
    const { processes } = choose(file, (program) => program !== 'initdb');
    const left = Object.keys(processes).filter((name) => /^(identity|keeper)-/.test(name));
    expect(left).toEqual(['identity-1']);
  });

  it('says in the README and in the headers how much smaller it is than the plan', () => {
    expect(tree.get('README.md')).toContain(`${input.scale?.factor} of the planned one`);
    expect(tree.get('nats/nats-1.conf')).toContain(`Scaled to ${input.scale?.name}: ${input.scale?.factor}`);
  });

  it('answers the six questions of every tier in the README', () => {
    for (const { title } of input.plan.tiers) expect(tree.get('README.md')).toContain(`### ${title}\n`);
  });

  it('holds no secret', () => {
    const texts = [...tree].filter(([, text]) =>
      /requirepass (?!\$\{secret )|SECRET_KEY: (?!\$\{secret )/.test(text),
    );
    expect(texts.map(([path]) => path)).toEqual([]);
  });
});

/** Every `{host, port}` below a key that ends in `listen`. */
function listenersIn(config: unknown): Listener[] {
  if (typeof config !== 'object' || config === null) return [];
  return Object.entries(config).flatMap(([key, value]) =>
    /listen$/i.test(key) ? [value as Listener] : listenersIn(value),
  );
}
