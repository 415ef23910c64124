import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../service/shared/config.ts';
import { laptop } from '../../src/plan/scale.ts';
import { parsed, smallInput, smallTree } from './local-tree.ts';

interface Service {
  readonly image: string;
  readonly user: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly deploy: {
    readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } };
  };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

describe('the compose target', () => {
  const input = smallInput('compose');
  const tree = smallTree(input);
  const compose = parsed<Compose>(tree, 'compose.yaml');
  const services = Object.entries(compose.services);
  const lasting = services.filter(([name]) => !['volumes', 'usage-schema'].includes(name));
  const missing = (names: readonly (readonly [string, readonly string[]])[], known: object) =>
    names.flatMap(([name, used]) =>
      used.filter((each) => !(each in known)).map((each) => `${name}: ${each}`),
    );

  it('mounts only files that are emitted, and volumes that are declared', () => {
    const mounts = services.flatMap(([name, { volumes = [] }]) =>
      volumes.map((each) => [name, each.split(':')[0] ?? '']),
    );
    const faults = mounts.filter(([, from = '']) =>
      from.startsWith('./') ? !tree.has(from.slice(2)) : !(from in compose.volumes),
    );
    expect(faults).toEqual([]);
    const mounted = new Set(mounts.map(([, from]) => from));
    expect(Object.keys(compose.volumes).filter((each) => !mounted.has(each))).toEqual([]);
    const unread = [...tree.keys()].filter((path) => path.startsWith('config/') && !mounted.has(`./${path}`));
    expect(unread).toEqual([]);
  });

  it('names networks, secrets and services that exist', () => {
    expect(
      missing(
        services.map(([name, { networks = [] }]) => [name, networks]),
        compose.networks,
      ),
    ).toEqual([]);
    expect(
      missing(
        services.map(([name, { secrets = [] }]) => [name, secrets]),
        compose.secrets,
      ),
    ).toEqual([]);
    const needs = services.map(([name, { depends_on = {} }]) => [name, Object.keys(depends_on)] as const);
    expect(missing(needs, compose.services)).toEqual([]);
  });

  it('lets a service wait for health only where there is a health check', () => {
    const waits = services.flatMap(([, { depends_on = {} }]) => Object.entries(depends_on));
    const faults = waits.filter(([name, { condition }]) =>
      condition === 'service_healthy'
        ? compose.services[name]?.healthcheck === undefined
        : compose.services[name]?.restart === 'unless-stopped',
    );
    expect(faults).toEqual([]);
    expect(lasting.filter(([, { healthcheck }]) => healthcheck === undefined)).toEqual([]);
  });

  it('does not let a service wait for one of a profile that it is not in', () => {
    const faults = services.flatMap(([name, { profiles = [], depends_on = {} }]) =>
      Object.keys(depends_on)
        .filter((other) =>
          (compose.services[other]?.profiles ?? profiles).some((each) => !profiles.includes(each)),
        )
        .map((other) => `${name} waits for ${other}`),
    );
    expect(faults).toEqual([]);
  });

  it('runs nothing as root with rights, and nothing that can change its own files', () => {
    for (const [name, { user, read_only, cap_drop, security_opt }] of lasting) {
      expect({ name, user, read_only, cap_drop, security_opt }).toEqual({
        ...{ name, user: '10001:10001', read_only: true },
        ...{ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
      });
    }
  });

  it('publishes on loopback only, and from networks that lead outside', () => {
    for (const [name, { ports = [], networks = [] }] of services) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      const outside = networks.some((each) => !compose.networks[each]?.internal);
      expect({ name, outside }).toEqual({ name, outside: ports.length > 0 });
    }
  });

  it('starts no aggregator that no worker tells anything', () => {
    const told = [...tree.keys()]
      .filter((path) => path.startsWith('config/worker-'))
      .map((path) => parsed<{ worker: { usage: { url: string } } }>(tree, path).worker.usage.url);
    const aggregators = services.map(([name]) => name).filter((name) => /^usage-\d+$/.test(name));
    expect(told.sort()).toEqual(aggregators.map((name) => `http://${name}:8084`).sort());
  });

  it('limits all services together to the memory of the laptop', () => {
    const sum = lasting.reduce((total, [, { deploy }]) => total + Number(deploy.resources.limits.memory), 0);
    expect(sum).toBeLessThan(laptop.memoryBytes);
    expect(sum).toBeGreaterThan(laptop.memoryBytes / 2);
  });

  it('connects every address in a config to a service on a shared network', () => {
    // It reads the aggregator's config for the batch store alone.
    const roles = services.filter(([name]) => name !== 'usage-schema');
    const faults = roles.flatMap(([name, { volumes = [], networks = [] }]) => {
      const configs = volumes.map((each) => each.split(':')[0] ?? '').filter((each) => each.startsWith('./'));
      const texts = configs.map((each) => tree.get(each.slice(2)) ?? '');
      const hosts = texts.flatMap((text) =>
        [...text.matchAll(/\b([a-z][a-z0-9-]*):(\d{4})\b/g)].map(([, host]) => host),
      );
      return hosts
        .filter((host = '') => host in compose.services && host !== name)
        .filter((host = '') => !compose.services[host]?.networks?.some((each) => networks.includes(each)))
        .map((host) => `${name} does not reach ${host}`);
    });
    expect(faults).toEqual([]);
  });

  it('gives every role a config that the role itself takes', () => {
    const configs = [...tree.keys()].filter((path) => path.startsWith('config/'));
    expect(configs).toHaveLength(9);
    for (const path of configs) expect(() => checkConfig(parsed(tree, path)), path).not.toThrow();
  });

  it('needs no secret that make-secrets does not make', () => {
    const script = tree.get('make-secrets') ?? '';
    for (const { file } of Object.values(compose.secrets)) expect(script).toContain(file.split('/').at(-1));
  });

  it('answers the six questions of every tier in the README', () => {
    for (const { title } of input.plan.tiers) expect(tree.get('README.md')).toContain(`### ${title}\n`);
  });
});
