import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { requireNames } from '../../src/emit/require-names.ts';
import { targets } from '../../src/emit/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import type { Spec } from '../../src/spec/types.ts';
import { brief, edited, emittedTree, faultsOf } from './checks/tree.ts';
import { problemOf } from './fixture.ts';

function withTwoRegions(spec: Spec): Spec {
  return withRegions('main', 'north', spec);
}

function withRegions(one: string, other: string, spec = exampleSpec()): Spec {
  const value = [one, other].map((name) => ({ name, zones: ['x', 'y', 'z'] }));
  return { ...spec, regions: { ...spec.regions, value } };
}

describe.each(targets)('a service of two regions on %s', (target) => {
  it('passes every check', { timeout: 60_000 }, async () => {
    const faults = await faultsOf(emittedTree(target, withTwoRegions(exampleSpec())));
    expect(faults.map(brief)).toEqual([]);
  });
});

it('keeps the database of the management plane, and what belongs to it, in the first region', () => {
  const { files } = emittedTree('kubernetes', withTwoRegions(exampleSpec()));
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  expect(textOf('overlays/main/kustomization.yaml')).toContain('- ../../global\n');
  expect(textOf('overlays/north/kustomization.yaml')).not.toContain('global');
  expect(textOf('overlays/north/database-elsewhere.yaml')).toContain(
    'externalName: identity-db-rw.main.internal\n',
  );
  const base = files.filter(({ path }) => path.startsWith('base/')).map(({ text }) => text);
  expect(base.filter((text) => text.includes('cnpg.io/cluster: identity-db'))).toEqual([]);
});

describe('the first of two regions', () => {
  const { files } = emittedTree('kubernetes', withTwoRegions(exampleSpec()));
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  const readme = textOf('README.md');
  const documents = (path: string) => parseAllDocuments(textOf(path)).map((each) => each.toJS());

  it('has a private address of the primary, and lets nobody come to it until the site says who', () => {
    const [{ spec }] = documents('overlays/main/database-service.yaml');
    const [{ selectorType, serviceTemplate }] = spec.managed.services.additional;
    expect([selectorType, serviceTemplate.metadata.name]).toEqual(['rw', 'identity-db-regions']);
    const annotations = Object.entries(serviceTemplate.metadata.annotations).map(String).join();
    expect(annotations.match(/internal/gi)?.length).toBeGreaterThanOrEqual(3);
    const [policy] = documents('overlays/main/database-for-others.yaml');
    const [{ from, ports }] = policy.spec.ingress;
    expect(ports).toEqual([{ protocol: 'TCP', port: 5432 }]);
    // The source address stays what it is, or the policy would see a node.
    expect(serviceTemplate.spec.externalTrafficPolicy).toBe('Local');
    const documentation = '192.0.2.0/24';
    expect(from).toEqual([{ ipBlock: { cidr: documentation } }]);
    expect(serviceTemplate.spec.loadBalancerSourceRanges).toEqual([documentation]);
    expect(textOf('overlays/main/kustomization.yaml')).toContain('- database-for-others.yaml\n');
    expect(textOf('overlays/main/kustomization.yaml')).toContain('- path: database-service.yaml\n');
    expect(files.filter(({ path }) => /^overlays\/(north|small)\/database-(for|service)/.test(path))).toEqual(
      [],
    );
  });

  it('takes connections of the identities of both', () => {
    const one = emittedTree('kubernetes').files.find(({ path }) => path === 'global/database.yaml');
    const most = (text = '') => Number(/max_connections: "(\d+)"/.exec(text)?.[1]);
    expect(most(textOf('global/database.yaml'))).toBe(2 * most(one?.text) - 30);
  });

  it('is told apart in the README: every bucket, and what the other one has to be given', () => {
    for (const bucket of ['records-main', 'records-north', 'backups-main']) {
      expect(readme).toContain(`create-bucket --bucket image-resize-${bucket} `);
    }
    const north = 'kubectl --context north -n image-resize create secret generic identity-db-app';
    expect(readme).toContain('kubectl --context main -n image-resize get secret identity-db-app');
    expect(readme.match(new RegExp(north, 'g'))).toHaveLength(1);
    expect(readme).not.toContain('kubectl --context main -n image-resize create secret');
    expect(readme.indexOf('apply -k overlays/north')).toBeGreaterThan(readme.indexOf(north));
  });

  it('says nothing of other regions where there are none', () => {
    const { files: alone } = emittedTree('kubernetes');
    const text = alone.find(({ path }) => path === 'README.md')?.text ?? '';
    expect(text).toContain('create-bucket --bucket image-resize-backups-main ');
    expect(text).not.toMatch(/Several regions|--context|other regions/);
    expect(alone.filter(({ path }) => path.includes('database-'))).toEqual([]);
  });
});

it('does not deploy a region whose database secret nobody brings', async () => {
  const tree = emittedTree('kubernetes', withTwoRegions(exampleSpec()));
  const silent = edited(tree, 'README.md', '; you in the other regions, below', '');
  expect((await faultsOf(silent)).map(({ message }) => message)).toEqual([
    'Deployment identity uses Secret identity-db-app, which is not in the tree',
  ]);
});

describe('regions by their names', () => {
  const overlays = (spec: Spec) => {
    const paths = emittedTree('kubernetes', spec).files.map(({ path }) => path);
    return [...new Set(paths.flatMap((path) => /^overlays\/([^/]+)/.exec(path)?.[1] ?? []))];
  };

  it('have folders of their own where nothing of their names is ASCII, or they are long and begin alike', () => {
    const long = 'the region of the north that has no end';
    for (const [one = '', other = ''] of [
      ['東京', '大阪'],
      ['1', '2'],
      [`${long} one`, `${long} two`],
    ]) {
      const found = overlays(withRegions(one, other));
      expect(found).toHaveLength(3);
      for (const name of found) expect(name).toMatch(/^[a-z][a-z0-9-]{0,23}$/);
    }
    expect(overlays(withRegions('São Paulo', 'Zürich')).sort()).toEqual(['sao-paulo', 'small', 'zurich']);
  });

  it('are refused where they would be one, with the place in the spec', () => {
    const spec = withRegions('eu west', 'EU-West');
    const origin = { kind: 'given', file: 'headroom.yaml', line: 7, column: 3 } as const;
    const placed = { ...spec, regions: { ...spec.regions, origin } };
    expect(problemOf(() => requireNames(placed))).toMatchObject({
      ...{ code: 'duplicate-name', file: 'headroom.yaml', line: 7, column: 3 },
      message: 'regions `eu west` and `EU-West` are both `eu-west` in names of files and buckets',
    });
  });

  it('are refused where something else is in their place, or no node can be labelled so', () => {
    expect(problemOf(() => requireNames(withRegions('main', 'Small')))?.message).toContain('overlays/small');
    const zones = { ...exampleSpec().regions, value: [{ name: 'main', zones: ['a b', 'b', 'c'] }] };
    expect(problemOf(() => requireNames({ ...exampleSpec(), regions: zones }))?.message).toContain(
      'zone `a b` of region `main` cannot be the label',
    );
    expect(() => requireNames(withRegions('eu-west', 'eu_west 2'))).not.toThrow();
  });
});

it('fits the names of everything, with the longest of a service and of a region, into what takes them', () => {
  const name = 'a service whose name does not end '.repeat(4);
  const spec = { ...withRegions('a region without an end '.repeat(4), 'b'), name };
  const { files } = emittedTree('kubernetes', spec);
  const buckets = files.flatMap(({ text }) => text.match(/[a-z0-9-]+-(?:records|backups)-[a-z0-9-]+/g) ?? []);
  const hosts = files.flatMap(({ text }) => text.match(/[a-z0-9.-]+\.svc\.cluster\.local/g) ?? []);
  const objects = files.flatMap(({ values = [] }) => values as { metadata?: Named }[]);
  const labels = objects.flatMap(({ metadata }) => [
    metadata?.name ?? '',
    metadata?.namespace ?? '',
    ...Object.values(metadata?.labels ?? {}),
  ]);
  expect(new Set(buckets).size).toBeGreaterThan(2);
  expect(new Set(hosts).size).toBeGreaterThan(2);
  for (const each of [...buckets, ...labels, ...hosts.flatMap((host) => host.split('.'))]) {
    expect(each).toMatch(/^[\w-]{0,63}$/);
  }
});

interface Named {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
