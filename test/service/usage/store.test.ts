import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consistencyOf, parseCassandraUrl } from '../../../service/usage/cassandra-schema.ts';
import { openUsageStore } from '../../../service/usage/store.ts';
import { usageStoreContract } from '../contracts/usage-store.ts';

const common = { replicas: 1, writeQuorum: 1, readQuorum: 1, timeout: 2 };
const sums = { requests: 1, bytesIn: 1, bytesOut: 1, pixels: 1, cpuMicroseconds: 1 };
const day = 86_400_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headroom-usage-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function open(retention = 90 * 86_400) {
  return openUsageStore({ ...common, url: 'embedded', folder, retention });
}

usageStoreContract('Parquet files', async () => open());

describe('the embedded usage store', () => {
  it('puts the files of a day together', async () => {
    const store = open();
    for (let source = 0; source < 40; source++) {
      await store.write([{ customer: 'many', window: Date.now() - day, source: `log/${source}`, ...sums }]);
    }
    expect((await store.total('many', Date.now() - 2 * day, Date.now())).requests).toBe(40);
    for (const name of readdirSync(folder)) expect(readdirSync(join(folder, name)).length).toBeLessThan(20);
    await store.close();
  });

  it('forgets days after their retention', async () => {
    const store = open(3 * 86_400);
    await store.write([{ customer: 'old', window: Date.now() - 6 * day, source: 'log', ...sums }]);
    await store.write([{ customer: 'old', window: Date.now() - day, source: 'log', ...sums }]);
    expect((await store.total('old', Date.now() - 10 * day, Date.now())).requests).toBe(1);
    await store.close();
  });

  it('may be read by one and written by another at the same time', async () => {
    const [writer, reader] = [open(), open()];
    const write = async () => {
      for (let source = 0; source < 40; source++) {
        await writer.write([
          { customer: 'both', window: Date.now() - day, source: `log/${source}`, ...sums },
        ]);
      }
    };
    let last = 0;
    const writing = write();
    while (last < 40) {
      const { requests } = await reader.total('both', Date.now() - 2 * day, Date.now());
      expect(requests).toBeGreaterThanOrEqual(last);
      last = requests;
    }
    await writing;
    await Promise.all([writer.close(), reader.close()]);
  });
});

describe('the address of a usage store', () => {
  it('names contact points, keyspace and data center', () => {
    expect(parseCassandraUrl('cassandra://a:9142,b/usage?datacenter=east')).toEqual({
      contactPoints: ['a:9142', 'b:9042'],
      port: 9142,
      keyspace: 'usage',
      datacenter: 'east',
    });
    expect(parseCassandraUrl('cassandra://a').keyspace).toBe('headroom');
    for (const url of ['cassandra://', 'cassandra://a/Usage;DROP', 'http://a']) {
      expect(() => parseCassandraUrl(url)).toThrow(RangeError);
    }
  });

  it('is refused where it is none', () => {
    expect(() => openUsageStore({ ...common, url: 'mysql://a', retention: 1 })).toThrow(RangeError);
    expect(() => openUsageStore({ ...common, url: 'embedded', retention: 1 })).toThrow('store.folder');
  });

  it('turns W and R of N into consistency levels, and refuses what has none', () => {
    expect([consistencyOf(1, 3), consistencyOf(2, 3), consistencyOf(3, 3)]).toEqual([10, 6, 5]);
    expect(consistencyOf(1, 1)).toBe(10);
    expect(() => consistencyOf(2, 5)).toThrow(RangeError);
  });
});
