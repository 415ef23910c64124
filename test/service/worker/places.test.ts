import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Look, placesFor } from '../../../service/worker/places.ts';
import { startChild } from '../../../service/worker/resize-child.ts';
import { buildResizeProcess } from './build.ts';
import { photograph } from './images.ts';

const behind = ['nice', '-n', '19', 'chrt', '--batch', '0'];
const on = (cpu: number) => [...behind, 'taskset', '-c', String(cpu)];
/** A system with these CPUs and commands. */
const having = (list: string, commands = ['nice', 'chrt', 'taskset']): Look => ({
  status: () => `Name:\tnode\nCpus_allowed:\tf\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`,
  works: (place) =>
    ['nice', 'chrt', 'taskset'].every((each) => !place.includes(each) || commands.includes(each)),
});

describe('the places of resize processes', () => {
  it.each([
    ['0-1', [on(0), on(1)]],
    ['3', [on(3)]],
    ['0-2,8,10-11', [on(0), on(1), on(2), on(8), on(10), on(11)]],
  ])('are the CPUs that we may use, %s, where there is one for each', (list, places) => {
    expect(placesFor(places.length, having(list))).toEqual(places);
  });

  it.each([
    ['more CPUs than processes', having('0-63')],
    ['fewer CPUs than processes', having('1')],
    ['no way to choose a CPU', having('0-1', ['nice', 'chrt'])],
    ['a system that does not tell', { ...having(''), status: () => '' }],
    ['a list that is no list', having('-')],
  ])('are behind the others on any CPU with %s', (_what, look) => {
    expect(placesFor(2, look)).toEqual([behind, behind]);
  });

  it('are anywhere where the system has no such commands', () => {
    expect(placesFor(2, having('0-1', []))).toEqual([[], []]);
  });
});

describe('a resize process with a CPU of its own', () => {
  let built: Awaited<ReturnType<typeof buildResizeProcess>>;
  beforeAll(async () => {
    built = await buildResizeProcess();
  });
  afterAll(() => built.remove());

  it.skipIf(process.platform !== 'linux')('runs there with all of its threads, and resizes', async () => {
    const status = readFileSync('/proc/self/status', 'utf8');
    const [, cpu = ''] = /^Cpus_allowed_list:\s*(\d+)/m.exec(status) ?? [];
    const child = startChild(built.path, on(Number(cpu)));
    try {
      await child.ready;
      const image = await photograph();
      const resize = { width: 20, fit: 'inside', format: 'jpeg' } as const;
      const answer = await child.run({ image, resize, pixels: 50_000_000 }, 20);
      expect(answer.resized.kind).toBe('done');
      expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(
        new RegExp(`^Cpus_allowed_list:\\s*${cpu}$`, 'm'),
      );
      expect(getPriority(child.pid)).toBe(19);
    } finally {
      child.kill();
      await child.ended;
    }
  });
});
