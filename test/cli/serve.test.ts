import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type Options, type ResultPromise } from 'execa';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultConfig } from '../../service/all/defaults.ts';
import { bin, headroom, neutral } from './headroom.ts';

const patience = { timeout: 90_000, interval: 100 };

let folder: string;
let photograph: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-serve-'));
  const create = { width: 1200, height: 900, channels: 3 as const, background: '#456' };
  const noise = { type: 'gaussian' as const, mean: 120, sigma: 30 };
  photograph = await sharp({ create: { ...create, noise } })
    .jpeg({ quality: 60 })
    .toBuffer();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Command = ResultPromise<Options & { reject: false }>;

interface Served {
  readonly run: Command;
  /** Everything on stdout until now. */
  readonly text: () => string;
  readonly address: string;
  readonly key: string;
  readonly main: number;
}

const running: Served[] = [];
afterEach(async () => {
  for (const { run } of running.splice(0)) {
    run.kill('SIGTERM');
    await run;
  }
});

/** Starts all roles and reads from the line to paste where they are and with which key. */
async function serveAll(cwd: string, ...args: readonly string[]): Promise<Served> {
  const run = execa(process.execPath, [bin, 'serve', 'all', ...args], {
    cwd,
    env: neutral as Record<string, string>,
    reject: false,
    stdin: 'ignore',
  }) as Command;
  let text = '';
  run.stdout?.on('data', (data: Buffer) => {
    text += data;
  });
  const line = /Bearer (hr_\S+)' --data-binary @photo.jpg '(http:\/\/[^/]+)\/v1\/resize\?width=800'/;
  await vi.waitFor(() => expect(text).toMatch(line), patience);
  const [, key = '', address = ''] = line.exec(text) ?? [];
  const log = readFileSync(join(cwd, 'headroom-data', 'log.ndjson'), 'utf8');
  const pidOf = (role: string) => {
    const line = log.split('\n').findLast((each) => each.includes(`"role":"${role}"`)) ?? '';
    return Number(/"pid":(\d+)/.exec(line)?.[1]);
  };
  const served = { run, text: () => text, address, key, main: pidOf('api') };
  running.push(served);
  return served;
}

const post = ({ address, key }: Pick<Served, 'address' | 'key'>, path: string) =>
  fetch(address + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: new Uint8Array(photograph),
  });

/** The child of a process whose command line has a word in it; Linux. */
function childOf(parent: number, word: string): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  return Number(children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word)));
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('headroom serve all', { timeout: 180_000 }, () => {
  it('resizes a photograph with nothing installed and nothing configured, and ends well on SIGTERM', async () => {
    const served = await serveAll(mkdtempSync(join(folder, 'all-')), '--port', '0');
    const answer = await post(served, '/v1/resize?width=300&format=webp');
    expect(answer.status).toBe(200);
    const image = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect([image.format, image.width, image.height]).toEqual(['webp', 300, 225]);
    expect(lives(served.main)).toBe(true);
    served.run.kill('SIGTERM');
    expect((await served.run).exitCode).toBe(0);
    expect(lives(served.main)).toBe(false);
  });

  it('keeps its key, bills CPU time, and finishes accepted jobs over a restart', async () => {
    const cwd = mkdtempSync(join(folder, 'all-'));
    const data = join(cwd, 'headroom-data');
    const usual = defaultConfig({ data, port: 0, cores: 1 });
    const { api, billing, usage } = usual;
    if (!api || !billing || !usage) throw new Error('the defaults have all sections');
    // A bill for every three seconds, so that a test can wait for it.
    const config = {
      ...usual,
      api: { ...api, deadline: 3, spool: { ...api.spool, deadline: 20 } },
      usage: { ...usage, batchInterval: 1 },
      billing: { ...billing, period: 3, interval: 1, settleTime: 3 },
    };
    const file = join(cwd, 'all.json');
    writeFileSync(file, JSON.stringify(config));
    const first = await serveAll(cwd, '--config', file);
    expect((await post(first, '/v1/resize?width=300')).status).toBe(200);
    await vi.waitFor(() => expect(first.text()).toMatch(/^bill .*/m), patience);
    const [, images, cpu] = /^bill \S+ UTC first: images (\d+), CPU (\S+) s/m.exec(first.text()) ?? [];
    expect(images).toBe('1');
    expect(Number(cpu)).toBeGreaterThan(0);
    const accepted = await post(first, '/v1/resize?width=301&async=1');
    expect(accepted.status).toBe(202);
    const location = accepted.headers.get('location') ?? '';
    process.kill(first.main, 'SIGKILL');
    expect((await first.run).exitCode).toBe(137);

    const second = await serveAll(cwd, '--config', file);
    expect(second.key).toBe(first.key);
    const headers = { authorization: `Bearer ${second.key}` };
    await vi.waitFor(async () => {
      const result = await fetch(`${second.address}${location}/result`, { headers });
      expect([result.status, result.headers.get('x-headroom-width')]).toEqual([200, '301']);
    }, patience);

    // Bills are told to whoever reads, and made also when nobody does any more.
    second.run.stdout?.destroy();
    const told = () =>
      readFileSync(join(data, 'log.ndjson'), 'utf8').match(/"msg":"wrote the bill of a period"/g) ?? [];
    const before = told().length;
    await vi.waitFor(() => expect(told().length).toBeGreaterThan(before), patience);
    expect((await post(second, '/v1/resize?width=302')).status).toBe(200);
    await vi.waitFor(() => expect(told().length).toBeGreaterThan(before + 1), patience);
    expect(lives(second.main)).toBe(true);
  });

  it('goes on when identity, usage and billing are killed, and bills what was resized meanwhile', async () => {
    const cwd = mkdtempSync(join(folder, 'all-'));
    const data = join(cwd, 'headroom-data');
    const usual = defaultConfig({ data, port: 0, cores: 1 });
    if (!usual.billing || !usual.usage || !usual.api) throw new Error('the defaults have all sections');
    const config = {
      ...usual,
      api: { ...usual.api, deadline: 3 },
      usage: { ...usual.usage, batchInterval: 1 },
      billing: { ...usual.billing, period: 3, interval: 1, settleTime: 6 },
    };
    const file = join(cwd, 'all.json');
    writeFileSync(file, JSON.stringify(config));
    const served = await serveAll(cwd, '--config', file);
    expect((await post(served, '/v1/resize?width=300')).status).toBe(200);
    const office = childOf(served.main, 'back-office-process');
    process.kill(office, 'SIGKILL');
    expect((await post(served, '/v1/resize?width=301')).status).toBe(200);
    await vi.waitFor(() => {
      const billed = [...served.text().matchAll(/^bill \S+ UTC first: images (\d+)/gm)];
      expect(billed.reduce((sum, [, images]) => sum + Number(images), 0)).toBe(2);
    }, patience);
    expect(childOf(served.main, 'back-office-process')).not.toBe(office);
  });

  it('ends when the command that started it is killed', async () => {
    const served = await serveAll(mkdtempSync(join(folder, 'all-')), '--port', '0');
    served.run.kill('SIGKILL');
    await served.run;
    await vi.waitFor(() => expect(lives(served.main)).toBe(false), patience);
  });
});

describe('headroom serve', () => {
  it('says which role was meant', async () => {
    const { code, stderr } = await headroom(['serve', 'wroker']);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean `worker`?');
  });

  it('refuses flags that do not belong to the role', async () => {
    for (const args of [['api'], ['api', '--config', 'x', '--port', '1'], ['all', '--seed']]) {
      expect([args, (await headroom(['serve', ...args])).code]).toEqual([args, 2]);
    }
  });

  it('tells all problems of a config at once', async () => {
    const file = join(folder, 'wrong.json');
    const worker = { processes: 0, surprise: 1 };
    writeFileSync(file, JSON.stringify({ schema: 'headroom/service-config/v1', worker }));
    const { code, stderr } = await headroom(['serve', 'worker', '--config', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('wrong.json');
    for (const each of [
      'worker.surprise: unknown key',
      'worker.queue: missing',
      'worker.processes: must be',
    ]) {
      expect(stderr).toContain(each);
    }
  });
});
