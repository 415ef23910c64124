import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { draft, offeredAnswers, questions } from '../../src/app/init/draft.ts';
import { serviceQuestions } from '../../src/app/init/questions.ts';
import { type Asker, type InitRequest, refuseExisting, writeSpec } from '../../src/app/init.ts';
import { Init } from '../../src/commands/init.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { exampleText } from '../../src/spec/example.ts';
import { readSpec } from '../../src/spec/read.ts';
import { tierIds } from '../../src/spec/tiers.ts';

const request = (given: Record<string, string>, more: Partial<InitRequest> = {}): InitRequest => ({
  given: new Map(Object.entries(given)),
  accepted: [],
  yes: true,
  ...more,
});
const written = async (given: Record<string, string>) => readSpec(await writeSpec(request(given)), 'f');

async function problemsOf(asked: InitRequest): Promise<string[]> {
  try {
    await writeSpec(asked);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems.map((each) => `${each.code}: ${each.message} -> ${each.advice}`);
  }
}

describe('every prompt', () => {
  it('has a flag of the command', () => {
    const flags = Object.keys(Init.flags);
    for (const question of questions) {
      expect(flags).toContain(question.flag.slice(2).split(' ')[0]);
    }
    expect(serviceQuestions.map((question) => question.id).every((id) => flags.includes(id))).toBe(true);
  });

  it('has a name of its own', () => {
    expect(new Set(questions.map((question) => question.id)).size).toBe(questions.length);
    expect(new Set(questions.map((question) => question.flag)).size).toBe(questions.length);
  });

  it('offers an answer, one of its options where it has some', () => {
    const offered = offeredAnswers();
    for (const { id, options } of questions) {
      expect(offered.get(id), id).toBeTruthy();
      if (options !== undefined) expect(options).toContain(offered.get(id));
    }
  });

  it('about a tier is asked for all tiers', () => {
    const tiers = new Set(questions.flatMap((question) => question.tier ?? []));
    expect([...tiers]).toEqual(tierIds);
  });
});

describe('writeSpec', () => {
  it('writes the built-in example to the byte when every offered answer is taken', async () => {
    expect(await writeSpec(request({}))).toBe(exampleText);
    expect(draft(offeredAnswers())).toBe(exampleText);
  });

  it('keeps the comments around the answers', async () => {
    const text = await writeSpec(request({ peak: '2k req/s', headroom: '30 %' }));
    const lines = (all: string) => all.split('\n').filter((line) => line.trim().startsWith('#'));
    expect(lines(text)).toEqual(lines(exampleText));
    expect(text).toContain('\n  peak: 2k req/s\n');
  });

  it('puts every answer where the spec reads it', async () => {
    const spec = await written({
      name: 'thumbnails',
      users: '5M',
      peak: '2.5k req/s',
      'traffic-swing': '0.5',
      'peak-hour': '20',
      'payload-max': '4 MB',
      payload: '100 kB 75 %, 2 MB 25 %',
      surge: '10 %',
      growth: '40 %',
      availability: '99.95 %',
      window: '28 d',
      percentile: 'p95',
      latency: '200 ms',
      'latency-payload': '2 MB',
      headroom: '25 %',
      survive: 'machine, zone',
      'on-zone-loss': 'queue',
      cores: '64',
      memory: '256 GiB',
      network: '50 Gbit/s',
      disk: '4 TB',
      'core-speed': '1.25',
      'smt-yield': '60 %',
      regions: 'eu, us',
      zones: 'a, b',
      'api.scope': 'global',
      'queue.guarantees.availability': '99.99 %',
      'billing.identity.audit': 'nothing: "quoted" # not a comment',
    });
    const { workload, objectives, policy, tiers } = spec;
    expect(spec.name).toBe('thumbnails');
    expect([workload.users.value, workload.peak.value, workload.payloadMax.value]).toEqual([5e6, 2_500, 4e6]);
    expect([workload.surge.exact, workload.growth.exact]).toEqual(['0.1', '0.4']);
    expect(workload.traffic.value.hourly[20]).toBe(1);
    expect(workload.traffic.value.hourly[8]).toBeCloseTo(0.5 / 1.5, 12);
    expect(workload.payload.value.classes).toEqual([
      { bytes: 100_000, share: 0.75 },
      { bytes: 2_000_000, share: 0.25 },
    ]);
    expect(objectives.availability).toMatchObject({
      target: { exact: '0.9995' },
      window: { value: 28 * 86_400 },
    });
    expect(objectives.latency).toMatchObject({
      percentile: { exact: '0.95' },
      below: { value: 0.2 },
      payloadBelow: { value: 2e6 },
    });
    expect(policy).toMatchObject({
      headroom: { exact: '0.25' },
      survive: { value: ['machine', 'zone'] },
      onZoneLoss: { value: 'queue' },
    });
    expect(spec.machines[0]).toMatchObject({
      cores: { value: 64 },
      memory: { value: 256 * 2 ** 30 },
      network: { value: 6.25e9 },
      disk: { value: 4e12 },
      coreSpeed: { value: 1.25 },
      smtYield: { value: 0.6 },
    });
    expect(spec.regions.value).toEqual([
      { name: 'eu', zones: ['a', 'b'] },
      { name: 'us', zones: ['a', 'b'] },
    ]);
    const answers = (id: string) => tiers.find((tier) => tier.id === id)?.answers;
    expect(answers('api')?.scope).toBe('global');
    expect(answers('queue')?.guarantees?.availability?.exact).toBe('0.9999');
    expect(answers('billing')?.identity?.audit).toBe('nothing: "quoted" # not a comment');
  });

  it('writes a lognormal payload', async () => {
    const { payload } = (await written({ payload: 'mean 200 kB, p99 800 kB' })).workload;
    expect(payload.value.meanBytes).toBe(200_000);
    expect(payload.value.classes.length).toBeGreaterThan(3);
  });

  it('leaves open what is answered with a dash', async () => {
    const spec = await written({
      durability: '-',
      survive: '-',
      'api.billing': '-',
      'api.identity.audit': '',
    });
    expect(spec.objectives.durability).toBeUndefined();
    expect(spec.policy.survive.value).toEqual([]);
    const api = spec.tiers.find((tier) => tier.id === 'api')?.answers;
    expect(api?.billing).toBeUndefined();
    expect(api?.identity).not.toHaveProperty('audit');
  });

  it('keeps any text of an answer what it is: text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), async (raw) => {
        const answer = raw.trim();
        fc.pre(answer !== '' && answer !== '-' && !answer.includes('\uFFFD') && !answer.includes('\u0000'));
        const text = await writeSpec(request({ 'worker.updates': answer, name: answer }));
        const data = parse(text) as { name: string; tiers: { worker: { updates: string } } };
        expect(data.tiers.worker.updates).toBe(answer);
        expect(data.name).toBe(answer);
        expect(readSpec(text, 'f').name).toBe(answer);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['a rate without unit', { peak: '10k' }, /^bad-flag: --peak: .*`10k`.* -> .*req\/s/],
    [
      'an availability of 100 %',
      { availability: '100 %' },
      /^bad-flag: --availability: an availability of 100 %/,
    ],
    ['zero cores', { cores: '0' }, /^bad-flag: --cores: a machine with zero cores/],
    [
      'shares that do not add up',
      { payload: '64 kB 60 %, 512 kB 30 %' },
      /^bad-flag: --payload: .* add up to 90 %/,
    ],
    ['a payload without shares', { payload: '64 kB' }, /^bad-flag: --payload: /],
    ['a mean without a width', { payload: 'mean 64 kB' }, /^bad-flag: --payload: .*no width/],
    [
      'a class above the maximum',
      { 'payload-max': '500 kB' },
      /^bad-flag: --payload: a payload class of 512 kB/,
    ],
    ['no name', { name: '' }, /^bad-flag: --name: /],
    ['no region', { regions: '' }, /^bad-flag: --regions: /],
    ['no zone', { zones: ' ' }, /^bad-flag: --zones: region `main` has no zones/],
    ['a zone twice', { zones: 'a, a' }, /^bad-flag: --zones: zone `a` is given twice/],
    ['an unknown policy', { 'on-zone-loss': 'drop' }, /^bad-flag: --on-zone-loss: /],
    ['what cannot be survived', { survive: 'machine, planet' }, /^bad-flag: --survive: .*planet/],
    ['an hour that no day has', { 'peak-hour': '25' }, /^bad-flag: --peak-hour: /],
    [
      'consistency and availability at once',
      { 'queue.guarantees.underPartition': 'availability' },
      /^bad-flag: --answer queue.guarantees.underPartition: no system gives/,
    ],
    ['a scope that does not exist', { 'api.scope': 'galactic' }, /^bad-flag: --answer api.scope: /],
    [
      'a question that does not exist',
      { 'api.scpe': 'global' },
      /^bad-flag: --answer api.scpe: no such question -> did you mean `api.scope`/,
    ],
    ['a tier that does not exist', { 'apy.scope': 'global' }, /no such question -> did you mean `api.scope`/],
  ])('refuses %s and names the flag', async (_what, given, expected) => {
    const problems = await problemsOf(request(given));
    expect(problems[0]).toMatch(expected);
  });
});

describe('where nobody can be asked', () => {
  it('every flag that is missing is named', async () => {
    const [problem, ...more] = await problemsOf(request({ name: 'x' }, { yes: false }));
    expect(more).toEqual([]);
    for (const { flag } of serviceQuestions) {
      if (flag === '--name') expect(problem).not.toContain('--name,');
      else expect(problem).toContain(flag);
    }
    expect(problem).toContain('--accept all');
    expect(problem).toContain('--yes');
  });

  it('tiers that were not accepted are named one by one', async () => {
    const given = Object.fromEntries(offeredAnswers());
    const accepted = tierIds.filter((id) => id !== 'queue' && id !== 'billing');
    const service = Object.fromEntries(serviceQuestions.map(({ id }) => [id, given[id] ?? '']));
    const [problem] = await problemsOf(request(service, { yes: false, accepted }));
    expect(problem).toContain('missing: --accept queue, --accept billing ->');
  });

  it('given answers and accepted tiers are enough', async () => {
    const offered = offeredAnswers();
    const service = Object.fromEntries(serviceQuestions.map(({ id }) => [id, offered.get(id) ?? '']));
    expect(await writeSpec(request(service, { yes: false, accepted: ['all'] }))).toBe(exampleText);
  });

  it('an unknown tier to accept is refused with the nearest', async () => {
    expect(await problemsOf(request({}, { accepted: ['wroker'] }))).toEqual([
      'bad-flag: --accept wroker: no such tier -> did you mean `worker`?',
    ]);
  });
});

describe('a person who is asked', () => {
  /** Takes what is offered, except for the answers given here, and records what was asked. */
  function personWith(
    answers: Record<string, string>,
    ways: Record<string, 'accept' | 'accept all' | 'ask'> = {},
  ) {
    const asked: string[] = [];
    const asker: Asker = {
      one: async ({ id }, offered) => {
        asked.push(id);
        return answers[id] ?? offered;
      },
      tier: async (tier) => {
        asked.push(tier);
        return ways[tier] ?? 'accept';
      },
    };
    return { asked, asker };
  }

  it('is not asked what flags have answered', async () => {
    const { asked, asker } = personWith({});
    await writeSpec(request({ peak: '1k req/s' }, { yes: false, accepted: ['api'], asker }));
    expect(asked).not.toContain('peak');
    expect(asked).not.toContain('api');
    expect(asked).toContain('users');
    expect(asked).toContain('queue');
  });

  it('may take the answers of all tiers at once', async () => {
    const { asked, asker } = personWith({}, { loadBalancer: 'ask', api: 'accept all' });
    expect(await writeSpec(request({}, { yes: false, asker }))).toBe(exampleText);
    expect(asked.slice(serviceQuestions.length)).toEqual([
      'loadBalancer',
      ...questions.filter((question) => question.tier === 'loadBalancer').map((question) => question.id),
      'api',
    ]);
  });

  it('hears at once what is wrong with an answer, and nothing of the answers to come', async () => {
    const heard = new Map<string, string | undefined>();
    const asker: Asker = {
      one: async (question, offered, check) => {
        if (question.id === 'peak') heard.set('peak', check('fast'));
        if (question.id === 'payload-max') {
          heard.set('payload-max', check('100 kB'));
          return '100 kB';
        }
        if (question.id === 'payload') {
          heard.set('payload', check(offered));
          return '50 kB 100 %';
        }
        return offered;
      },
      tier: async () => 'accept',
    };
    const spec = readSpec(await writeSpec(request({}, { yes: false, asker })), 'f');
    expect(heard.get('peak')).toMatch(/fast/);
    expect(heard.get('payload-max')).toBeUndefined();
    expect(heard.get('payload')).toMatch(/a payload class of 128 kB is above/);
    expect(spec.workload.payload.value.meanBytes).toBe(50_000);
  });

  it('who gives up leaves no text behind', async () => {
    const asker: Asker = {
      one: async () => Promise.reject(Object.assign(new Error('left'), { name: 'ExitPromptError' })),
      tier: async () => 'accept',
    };
    await expect(writeSpec(request({}, { yes: false, asker }))).rejects.toMatchObject({
      name: 'ExitPromptError',
    });
  });
});

describe('refuseExisting', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-init-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps a file unless told to replace it, and names the flag', () => {
    const file = join(folder, 'headroom.yaml');
    expect(() => refuseExisting(file, false)).not.toThrow();
    writeFileSync(file, 'mine\n');
    expect(() => refuseExisting(file, true)).not.toThrow();
    try {
      refuseExisting(file, false);
      expect.unreachable();
    } catch (error) {
      const [problem] = (error as InvalidInput).problems;
      expect(problem).toMatchObject({ code: 'bad-file', file });
      expect(problem?.advice).toContain('--force');
    }
  });
});
