import { describe, expect, it } from 'vitest';
import { exampleSpec } from '../../../src/spec/example.ts';
import { brief, edited, emittedTree, faultsOf, type Tree } from './tree.ts';

const slow = { timeout: 60_000 };
const tree = emittedTree('kubernetes');

const textOf = (path: string) => tree.files.find((file) => file.path === path)?.text ?? '';

/** What is found in a tree that is edited. */
async function planted(path: string, from: string | RegExp, to: string, of: Tree = tree): Promise<string[]> {
  return (await faultsOf(edited(of, path, from, to))).map(brief);
}

/** The example with many times its customers. */
function times(factor: number): Tree {
  const spec = exampleSpec();
  const { peak } = spec.workload;
  const value = peak.value * factor;
  return emittedTree('kubernetes', {
    ...spec,
    workload: { ...spec.workload, peak: { ...peak, value, exact: String(value) } },
  });
}

describe('the overlay for one machine', () => {
  const sizes = 'overlays/small/sizes.yaml';

  it('leaves the cluster, its operators and Prometheus their share, or it says so', slow, async () => {
    // A gigabyte more for each node of the batch store still fits; three do not.
    const memory = (gibibytes: number) =>
      planted(sizes, /(kind: CassandraDatacenter[\s\S]*?memory: )\S+/, `$1${gibibytes}Gi`);
    expect(await memory(2)).toEqual([]);
    expect(await memory(5)).toContainEqual(
      expect.stringMatching(
        /small\/kustomization\.yaml:1 room on one machine: its pods ask for 2\d{4} MiB of memory, and a machine of 4 cores and 16 GiB, 2 for workers leaves 12288 MiB/,
      ),
    );
    expect(await planted(sizes, 'cpu: 2000m', 'cpu: 3000m')).toContainEqual(
      expect.stringMatching(
        /room on one machine: its pods ask for 3\.\d+ cores of cpu, and .* leaves 3\.2 cores/,
      ),
    );
  });

  it('has configs of its own by whose hashes pods roll, or it says so', slow, async () => {
    const hash = /(name: queue\n[\s\S]*?config-hash: )\S+/;
    const [, , ofBase] =
      /(name: queue\n[\s\S]*?config-hash: )(\S+)/.exec(textOf('base/queue/workload.yaml')) ?? [];
    expect(await planted(sizes, hash, `$1${ofBase}`)).toContainEqual(
      expect.stringMatching(
        /config hashes: StatefulSet queue has one hash for two configs: ConfigMap queue of overlays\/small is not that of overlays\/main/,
      ),
    );
  });

  it('has smaller volumes as well', () => {
    expect(textOf(sizes)).toMatch(/name: work\n[\s\S]*?storage: 1Gi/);
  });
});

describe('the regions', () => {
  it('each roll their pods when their own configs change', slow, async () => {
    const spec = exampleSpec();
    const [main] = spec.regions.value;
    if (main === undefined) throw new Error('no region');
    const regions = { ...spec.regions, value: [main, { ...main, name: 'east' }] };
    expect((await faultsOf(emittedTree('kubernetes', { ...spec, regions }))).map(brief)).toEqual([]);
  });
});

describe('the memory of the batch store', () => {
  it('holds the heap, what was measured outside of it, and the process of the operator', slow, async () => {
    const path = 'base/usage-store/cassandra.yaml';
    const heap = (mebibytes: number) => planted(path, /max_heap_size: \S+/, `max_heap_size: ${mebibytes}M`);
    const limit = Number(/limits:[\s\S]*?memory: (\d+)Mi/.exec(textOf(path))?.[1]);
    const outside = 325e6 / 2 ** 20 + 256;
    expect(await heap(Math.floor(limit - outside))).toEqual([]);
    expect(await heap(Math.ceil(limit - outside) + 1)).toContainEqual(
      expect.stringMatching(
        /memory and disks: dc1 may take \d+ MiB, but with a heap of \d+ MiB a node takes/,
      ),
    );
  });
});

describe('the sizes of objects', () => {
  it('stay below what kubectl applies, for twenty times the peak', slow, async () => {
    const large = times(20);
    expect(large.input.plan.quantities.get('api.servers.count')?.value).toBeGreaterThan(40);
    expect((await faultsOf(large)).map(brief)).toEqual([]);
  });

  it('are told where they are above it, and where no cluster would keep them', slow, async () => {
    const path = 'base/queue/config.yaml';
    const more = (bytes: number) => planted(path, /^data:$/m, `data:\n  more: "${'- '.repeat(bytes / 2)}"`);
    expect(await more(1e5)).toEqual([]);
    expect(await more(3e5)).toContainEqual(
      expect.stringMatching(
        /queue\/config\.yaml:\d+ object sizes: ConfigMap queue has 3\d+ bytes, .*apply refuses/,
      ),
    );
    expect(await more(2e6)).toContainEqual(expect.stringContaining('no cluster takes more than 1048576'));
  });
});
