import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasService, processesIn, type RunningEngine, startEngine } from './engine-start.ts';

describe.skipIf(!hasService('postgresql'))('PostgreSQL', { timeout: 60_000 }, () => {
  let postgresql: RunningEngine;

  const ask = async (sql: string, values: readonly unknown[] = []) => {
    const client = new Client({ connectionString: postgresql.address });
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    postgresql = await startEngine('postgresql', { config: "work_mem = '5MB'\n" });
  }, 60_000);

  afterAll(() => postgresql?.stop());

  it('answers the version that is pinned, with checksums and the settings of the test', async () => {
    expect(await ask("SELECT current_setting('server_version_num')::int / 10000 AS major")).toEqual([
      { major: 15 },
    ]);
    expect(await ask('SHOW data_checksums')).toEqual([{ data_checksums: 'on' }]);
    expect(await ask('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
  });

  it('refuses a wrong password', async () => {
    const url = new URL(postgresql.address);
    url.password = 'wrong';
    await expect(new Client({ connectionString: url.href }).connect()).rejects.toThrow(/password/);
  });

  it('keeps what was committed through kill -9', async () => {
    await ask('CREATE TABLE customers (name text PRIMARY KEY)');
    await ask('INSERT INTO customers VALUES ($1)', ['Ada']);
    await postgresql.kill(1);
    await expect(ask('SELECT 1')).rejects.toThrow();
    await postgresql.restart(1);
    expect(await ask('SELECT name FROM customers')).toEqual([{ name: 'Ada' }]);
  });

  it('leaves nothing running after stop, though a client is still there', async () => {
    const client = new Client({ connectionString: postgresql.address });
    client.on('error', () => undefined);
    await client.connect();
    const folder = postgresql.nodeFolder(1);
    expect(processesIn(folder).length).toBeGreaterThan(2);
    await postgresql.stop();
    expect(processesIn(folder)).toEqual([]);
    await client.end().catch(() => undefined);
  });
});
