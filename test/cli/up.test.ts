import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../supervise/fixture.ts';
import { bin, headroom, neutral } from './headroom.ts';

/** A machine on which nothing is installed. */
const bare = { ...neutral, PATH: '/nowhere', HEADROOM_BIN: '/nowhere' } as Record<string, string>;

describe('headroom up', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-up-'));
  const dir = join(folder, 'local');
  let base: number;
  let photograph: Buffer<ArrayBuffer>;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    base = 31_000 + (port % 7) * 220;
    const set = ['--set', `local.port.base=${base}`, '--cores', '2', '--memory', '8'];
    const { code, stderr } = await headroom(['emit', '--target', 'local', '--example', '--out', dir, ...set]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const picture = sharp({ create: { width: 600, height: 400, channels: 3, background: '#a40' } });
    photograph = Buffer.from(await picture.jpeg().toBuffer()) as Buffer<ArrayBuffer>;
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('without any engine runs the whole service in one process, says so, and stops on SIGTERM', async () => {
    const run = execa(process.execPath, [bin, 'up', '--dir', dir], {
      env: bare,
      extendEnv: false,
      reject: false,
    });
    let text = '';
    await new Promise<void>((resolve) => {
      run.stdout.on('data', (data: Buffer) => {
        text += data;
        if (text.includes('ready  ')) resolve();
      });
      run.then(() => resolve());
    });
    const address = /^ready {2}(\S+)$/m.exec(text)?.[1];
    const key = readFileSync(join(dir, 'run/all/first-key'), 'utf8').trim();
    expect(text).toContain(key);
    const response = await fetch(`${address}/v1/resize?width=300`, {
      ...{ method: 'POST', body: photograph, headers: { authorization: `Bearer ${key}` } },
    });
    expect(response.status).toBe(200);
    expect((await sharp(Buffer.from(await response.arrayBuffer())).metadata()).width).toBe(300);
    run.kill('SIGTERM');
    const { exitCode, stderr } = await run;
    expect(exitCode).toBe(0);
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'nats-server is not installed (scripts/engines install nats brings it): the queue is in the memory of one process',
    );
    expect(stderr).toContain('all has stopped');
    await expect(fetch(`${address}/readyz`)).rejects.toThrow();
  });

  it('names who has a port that it needs, and starts nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(base + 200, '127.0.0.1', resolve));
    const { exitCode, stderr } = await execa(process.execPath, [bin, 'up', '--dir', dir], {
      ...{ env: bare, extendEnv: false, reject: false },
    });
    other.close();
    expect(exitCode).toBe(2);
    const words = stderr.replace(/\s+/g, ' ');
    expect(words).toContain(`127.0.0.1:${base + 200}, which all needs, is taken by`);
    expect(words).toContain(`(pid ${process.pid})`);
    expect(words).toContain('--set local.port.base=');
  });

  it('without emitted files names the command that writes them', async () => {
    const { code, stderr } = await headroom(['up', '--dir', 'nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no nowhere/processes.yaml');
    expect(stderr.replace(/\s+/g, ' ')).toContain('headroom emit --target local');
  });
});
