import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { hasService, processesIn, startEngine } from './engine-start.ts';

const script = fileURLToPath(new URL('../../scripts/engines', import.meta.url));

describe.skipIf(!hasService('redis'))('scripts/engines', { timeout: 60_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'headroom-engine-'));
  afterAll(() => {
    engines('stop');
    rmSync(data, { recursive: true, force: true });
  });

  const engines = (...args: string[]) =>
    spawnSync(script, args, { encoding: 'utf8', env: { ...process.env, HEADROOM_DATA: data } });

  const startTicks = (pid: string) =>
    readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];

  it('prints a line that a script can read, keeps it in a file, and starts nothing twice', () => {
    const { stdout } = engines('start', 'redis');
    expect(stdout).toMatch(/^redis redis:\/\/127\.0\.0\.1:\d+\n$/);
    expect(`redis ${readFileSync(join(data, 'redis/address'), 'utf8')}`).toBe(stdout);
    const pid = readFileSync(join(data, 'redis/node1/pid'), 'utf8');
    expect(engines('start', 'redis').stdout).toBe(stdout);
    expect(readFileSync(join(data, 'redis/node1/pid'), 'utf8')).toBe(pid);
    expect(engines('status', 'redis').stdout).toContain(`runs, pid ${pid.split(' ')[0]}`);
    engines('stop', 'redis');
    expect(processesIn(join(data, 'redis/node1'))).toEqual([]);
    expect(engines('status', 'redis').stdout).toContain('stopped');
  });

  it('leaves a process alone that has got the number of one of ours', () => {
    const [own, ticks] = [String(process.pid), startTicks(String(process.pid))];
    writeFileSync(join(data, 'redis/node1/pid'), `${own} ${Number(ticks) - 1}\n`);
    expect(engines('stop', 'redis').status).toBe(0);
    expect(startTicks(own)).toBe(ticks);
  });

  it('takes the ports that it is told', async () => {
    const other = await startEngine('redis');
    const port = Number(new URL(other.address).port);
    await other.stop();
    rmSync(join(data, 'redis'), { recursive: true });
    expect(engines('start', 'redis', '--port', String(port)).stdout).toBe(
      `redis redis://127.0.0.1:${port}\n`,
    );
    engines('stop', 'redis');
  });

  it('shows the log of a start that crashed, and leaves nothing running of it', async () => {
    const options = { nodes: 2, config: 'no-such-directive yes\n', folder: data };
    rmSync(join(data, 'redis'), { recursive: true, force: true });
    await expect(startEngine('redis', options)).rejects.toThrow(/redis node1 has ended[\s\S]*Bad directive/);
    expect(processesIn(join(data, 'redis/node1'))).toEqual([]);
    expect(processesIn(join(data, 'redis/node2'))).toEqual([]);
  });

  it('runs two of the same engine beside each other', async () => {
    const [one, two] = await Promise.all([startEngine('redis'), startEngine('redis')]);
    try {
      const clients = [new Redis(one.address), new Redis(two.address)] as const;
      await clients[0].set('who', 'one');
      expect(await clients[1].get('who')).toBeNull();
      for (const client of clients) client.disconnect();
      await one.stop();
      expect(two.pid(1)).toBeDefined();
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });

  it.each([
    [['start', 'radish'], 'no engine is called radish; known: alertmanager cassandra'],
    [['start', 'redis', '--nodes', '99'], 'redis runs 1 to 5 nodes'],
    [['start', 'redis', '--config', 'nowhere'], 'the file of --config is not there'],
    [['start', 'spark'], 'spark is no service'],
    [['start', 'redis', '--fast'], 'unknown option --fast'],
  ])('says for %j what is wrong', (args, message) => {
    rmSync(join(data, 'redis'), { recursive: true, force: true });
    const { status, stderr } = engines(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });

  // On a developer's machine a test installs nothing, not even by mistake.
  it.skipIf(process.env['HEADROOM_REQUIRE_ENGINES'] !== '1')(
    'finds nothing to install where everything is installed',
    () => {
      const log = spawnSync(script, ['install', 'redis', 'haproxy'], { encoding: 'utf8' });
      expect(log.stdout + log.stderr).toBe('');
      expect(log.status).toBe(0);
    },
  );
});
