import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Task } from '../../../service/worker/protocol.ts';
import {
  ProcessDied,
  type ResizeChild,
  startChild,
  TaskTimedOut,
} from '../../../service/worker/resize-child.ts';
import { buildResizeProcess } from './build.ts';
import { animatedPng, animation, bomb, pdf, photograph, picture, svg } from './images.ts';

let built: Awaited<ReturnType<typeof buildResizeProcess>>;
let child: ResizeChild;

beforeAll(async () => {
  built = await buildResizeProcess();
  child = startChild(built.path);
  await child.ready;
}, 30_000);
afterAll(async () => {
  built.remove();
  child.kill();
  await child.ended;
});

const pixels = 50_000_000;
const task = (image: Uint8Array): Task => ({
  image,
  resize: { width: 200, fit: 'inside', format: 'jpeg', quality: 80 },
  pixels,
});
const run = (image: Uint8Array): Promise<Answer> => child.run(task(image), 30);
const codeOf = async (image: Uint8Array): Promise<string> => {
  const { resized } = await run(image);
  return resized.kind === 'refused' ? resized.code : 'done';
};

/** Images that are cut off at many places, each of them within its pixels or its header. */
async function truncated(): Promise<Buffer[]> {
  const formats = ['jpeg', 'png', 'webp', 'avif'] as const;
  const whole = await Promise.all(formats.map((format) => picture(300, 200)[format]().toBuffer()));
  const shares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
  return whole.flatMap((image) =>
    shares.map((share) => image.subarray(0, Math.max(40, Math.floor(image.length * share)))),
  );
}

/** The beginning of one kind and the rest of another. */
async function polyglots(): Promise<Buffer[]> {
  const heads = ['ffd8ffe0', '89504e470d0a1a0a', '524946460000010057454250', '0000001c6674797061766966'];
  const tails = [svg, pdf, await photograph(50, 50), Buffer.alloc(5000, 0xff), Buffer.alloc(5000)];
  return heads.flatMap((head) => tails.map((tail) => Buffer.concat([Buffer.from(head, 'hex'), tail])));
}

describe('a resize process', { timeout: 120_000 }, () => {
  it('refuses hostile images of all kinds and lives on in bounded memory', async () => {
    const refused: [string, Buffer[]][] = [
      ['truncated', await truncated()],
      ['polyglot', await polyglots()],
      [
        'bomb',
        [
          [50_000, 50_000],
          [65_535, 65_535],
          [1, 2_000_000_000],
          [2_147_483_647, 2_147_483_647],
          [10_001, 5000],
        ].map(([width = 0, height = 0]) => bomb(width, height)),
      ],
      ['moving', [await animation('gif'), await animation('webp'), await animatedPng()]],
      ['foreign', [svg, pdf, Buffer.alloc(0), Buffer.alloc(1), Buffer.from('GIF89a'), Buffer.from('II*\0')]],
    ];
    for (const [kind, images] of refused) {
      for (const [index, image] of images.entries()) {
        const code = await codeOf(image);
        expect(`${kind} ${index}: ${code === 'done' ? code : 'refused'}`).toBe(`${kind} ${index}: refused`);
      }
    }
    // An image of just as many pixels as are allowed is done, and shows what memory that takes.
    const { resized, residentBytes } = await run(bomb(10_000, 5000, true));
    expect(resized).toMatchObject({ kind: 'done', width: 200, height: 100, pixelsIn: 50_000_000 });
    expect(residentBytes).toBeLessThan(600_000_000);
    expect(await codeOf(await photograph())).toBe('done');
  });

  it('says how much CPU an image took, more for a larger one', async () => {
    const small = await photograph(100, 100);
    const large = await photograph(3000, 2000);
    await run(small);
    const [little, much] = [await run(small), await run(large)];
    expect(little.cpuMicroseconds).toBeGreaterThan(0);
    expect(much.cpuMicroseconds).toBeGreaterThan(5 * little.cpuMicroseconds);
    expect(much.seconds).toBeGreaterThan(little.seconds);
  });

  it('keeps no answer longer than it is waited for', async () => {
    const small = await photograph(60, 60);
    const before = process.memoryUsage();
    for (let i = 0; i < 300; i++) await run(small);
    expect(process.memoryUsage().external - before.external).toBeLessThan(30_000_000);
  });

  it('is killed when a task takes longer than it may', async () => {
    const slow = startChild(built.path);
    await slow.ready;
    const image = await picture(2500, 2000).jpeg().toBuffer();
    const avif: Task = {
      ...task(image),
      resize: { width: 2500, fit: 'inside', format: 'avif', quality: 100 },
    };
    await expect(slow.run(avif, 0.3)).rejects.toThrow(TaskTimedOut);
    expect(slow.killedFor).toBe('timeout');
    await expect(slow.ended).resolves.toBe('signal SIGKILL');
    await expect(slow.run(task(image), 1)).rejects.toThrow(ProcessDied);
  });

  it('tells that it died where it was not we who killed it', async () => {
    const victim = startChild(built.path);
    await victim.ready;
    const image = await picture(2500, 2000).jpeg().toBuffer();
    const running = victim.run({ ...task(image), resize: { fit: 'inside', format: 'avif' } }, 30);
    process.kill(victim.pid ?? 0, 'SIGKILL');
    await expect(running).rejects.toThrow('signal SIGKILL');
    expect(victim.killedFor).toBeUndefined();
  });

  it('does not come up where its program is missing', async () => {
    const missing = startChild(`${built.path}.missing`);
    await expect(missing.ready).rejects.toThrow(ProcessDied);
    await expect(missing.ended).resolves.toBe('code 1');
  });

  it('ends with the worker that started it', async () => {
    const { spawn } = await import('node:child_process');
    const script = `
      const { fork } = require('node:child_process');
      const child = fork(process.argv[1], { stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'] });
      child.stdio[4].once('data', () => { process.stdout.write(String(child.pid)); });
    `;
    const parent = spawn(process.execPath, ['-e', script, built.path], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (data: Buffer) => resolve(Number(data.toString())));
    });
    process.kill(pid, 0);
    parent.kill('SIGKILL');
    const isThere = () => {
      try {
        process.kill(pid, 0);
        return true;
      } catch {
        return false;
      }
    };
    await expect.poll(isThere, { timeout: 10_000 }).toBe(false);
  });
});
