import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { exampleText } from '../../src/spec/example.ts';
import { readSpec } from '../../src/spec/read.ts';

/** The example with more lines in one of its tiers. */
function withTier(id: string, lines: string): string {
  return exampleText.replace(
    new RegExp(`^  ${id}:\\n`, 'm'),
    (head) => `${head}${lines.replace(/^/gm, '    ')}\n`,
  );
}

function planOf(text: string, sets: { name: string; text: string }[] = []) {
  return buildPlan({ spec: readSpec(text, 'headroom.yaml'), sets });
}

function problemsOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('overriding a quantity in the spec', () => {
  it('takes a value, and says where it was given', () => {
    const text = withTier('worker', 'overrides:\n  worker.deploy.batch: 25 %');
    const quantity = planOf(text).quantities.get('worker.deploy.batch');
    expect(quantity?.value).toBe(0.25);
    const line = text.split('\n').findIndex((one) => one.includes('worker.deploy.batch')) + 1;
    expect(quantity?.origin).toMatchObject({ kind: 'given', file: 'headroom.yaml', line });
  });

  it('takes a formula', () => {
    const text = withTier(
      'worker',
      'overrides:\n  worker.machines.count: max(worker.machines.headroom, 44 machine)',
    );
    const plan = planOf(text);
    expect(plan.quantities.get('worker.machines.count')?.value).toBe(44);
    const bound = plan.tiers.find(({ id }) => id === 'worker')?.constraints.filter(({ binding }) => binding);
    expect(bound?.map(({ kind }) => kind)).toEqual(['own formula']);
  });

  it('refuses to add bytes to requests, pointing at the line', () => {
    const text = withTier('worker', 'overrides:\n  worker.busyCores: workload.payload.max + workload.peak');
    const problems = problemsOf(() => planOf(text));
    const line = text.split('\n').findIndex((one) => one.includes('worker.busyCores: workload')) + 1;
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'bad-formula', file: 'headroom.yaml', line });
    expect(problems[0]?.message).toMatch(/add.*B\/req.*req\/s|req\/s.*B\/req/);
  });

  it('refuses unknown names with a suggestion, at the line', () => {
    const text = withTier(
      'worker',
      'overrides:\n  worker.busyCores: workload.demnd / worker.throughputPerCore',
    );
    const [problem] = problemsOf(() => planOf(text));
    expect(problem).toMatchObject({ code: 'bad-formula', file: 'headroom.yaml' });
    expect(problem?.line).toBeGreaterThan(1);
    expect(problem?.advice).toContain('workload.demand');
  });

  it('refuses a circle and prints it', () => {
    const text = withTier('worker', 'overrides:\n  worker.busyCores: worker.load * worker.machine.cores');
    const problems = problemsOf(() => planOf(text));
    expect(problems.map(({ message }) => message).join(' ')).toMatch(
      /worker\.busyCores.*worker\.load.*worker\.busyCores|worker\.load.*worker\.busyCores.*worker\.load/,
    );
  });

  it('refuses an expression that reaches for the host', () => {
    for (const hostile of [
      'constructor("return 1")()',
      'import("fs")',
      'a = 3',
      'worker["load"]',
      'f(x) = x',
    ]) {
      const text = withTier('worker', `overrides:\n  worker.load: '${hostile}'`);
      expect(problemsOf(() => planOf(text))[0]?.code, hostile).toBe('bad-formula');
    }
  });
});

describe('adding a tier in the spec', () => {
  const own = `
  thumbnailCache:
    title: thumbnail cache
    quantities:
      thumbnailCache.hitRatio: { unit: '%', meaning: share of requests that are answered from the cache, value: 30 % }
      thumbnailCache.nodes:
        unit: machine
        meaning: cache nodes per region
        formula: ceil(workload.demand * thumbnailCache.hitRatio * workload.response.mean / thumbnailCache.machine.network)
    count: thumbnailCache.nodes
`;
  const text = exampleText.trimEnd() + own;

  it('sizes it like any other', () => {
    const tier = planOf(text).tiers.find(({ id }) => id === 'thumbnailCache');
    expect(tier).toMatchObject({
      title: 'thumbnail cache',
      count: 1,
      names: { count: 'thumbnailCache.nodes' },
    });
    expect(tier?.constraints).toMatchObject([{ kind: 'own formula', binding: true }]);
  });

  it('explains it down to the lines of the spec', () => {
    expect(planOf(text).quantities.get('thumbnailCache.hitRatio')?.origin).toMatchObject({ kind: 'given' });
  });
});

describe('--set', () => {
  it('overrides any quantity, with a value or a formula', () => {
    const plan = planOf(exampleText, [
      { name: 'workload.peak', text: '20k req/s' },
      { name: 'policy.headroom', text: '0.5 * 0.4' },
    ]);
    expect(plan.quantities.get('worker.busyCores')?.value).toBe(2000);
    expect(plan.quantities.get('worker.machines.count')?.value).toBe(79);
    expect(plan.quantities.get('workload.peak')?.origin).toEqual({
      kind: 'given',
      flag: '--set workload.peak',
    });
  });

  it('refuses unknown names and wrong units as a problem of the flag', () => {
    expect(
      problemsOf(() => planOf(exampleText, [{ name: 'workload.peek', text: '1 req/s' }]))[0],
    ).toMatchObject({
      code: 'bad-flag',
      advice: expect.stringContaining('workload.peak') as string,
    });
    expect(problemsOf(() => planOf(exampleText, [{ name: 'workload.peak', text: '1 MB' }]))[0]?.code).toBe(
      'bad-flag',
    );
  });

  it('plans a fleet below its load, and finds that its queue grows without bound', () => {
    const plan = planOf(exampleText, [{ name: 'worker.machines.count', text: '20' }]);
    const found = plan.findings.find(({ code }) => code === 'saturated');
    expect(found).toMatchObject({ severity: 'error', tier: 'worker' });
    expect(found?.message).toContain('1,000 cores');
    expect(found?.message).toContain('640 cores');
  });

  it.each([
    ['policy.headroom', '-10 %', 'not negative'],
    ['policy.headroom', '130 %', 'below 100 %'],
    ['workload.peak', '-5 req/s', 'not negative'],
    ['api.retry.budget', '101 %', 'at most 100 %'],
    ['objectives.availability.target', '100 %', 'below 100 %'],
  ])('refuses %s = %s', (name, text, expected) => {
    const problems = problemsOf(() => planOf(exampleText, [{ name, text }]));
    expect(problems).toMatchObject([
      { code: 'bad-flag', advice: expect.stringContaining(expected) as string },
    ]);
  });

  it('moves the error budget with the objective', () => {
    const { quantities } = planOf(exampleText, [{ name: 'objectives.availability.target', text: '99.99 %' }]);
    expect(quantities.get('objectives.availability.unavailability')?.value).toBe(0.0001);
    expect(quantities.get('objectives.availability.budget')?.value).toBeCloseTo(259.2, 9);
  });
});
