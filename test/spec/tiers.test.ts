import { describe, expect, it } from 'vitest';
import { consistencies } from '../../src/spec/guarantees.ts';
import { readSpec } from '../../src/spec/read.ts';
import { tierIds } from '../../src/spec/tiers.ts';
import { problemsOf, withTiers } from './minimal.ts';

const tiersOf = (text: string) => readSpec(withTiers(text), 'f').tiers;
const problems = (text: string) => problemsOf(withTiers(text));

const own = `  thumbnailCache:
    title: Thumbnail cache
    count: nodes.count
    quantities:
      hitRatio: {unit: 1, meaning: share of requests answered from it, value: 80 %}
      nodes.count: {unit: machine, meaning: nodes of it, formula: "ceil(thumbnailCache.hitRatio * 3)"}
`;

describe('tiers', () => {
  it('carry the answers that were given and leave out the others', () => {
    const [api] = tiersOf(
      '  api: {scope: regional, guarantees: {availability: 99.99 %}, identity: {audit: all}}\n',
    );
    expect(api?.answers).toMatchObject({
      scope: 'regional',
      guarantees: { availability: { value: 0.9999, exact: '0.9999' } },
      identity: { audit: 'all' },
    });
    expect(api?.answers).not.toHaveProperty('tenancy');
  });

  it('may be named without any answer', () => {
    expect(tiersOf('  api:\n')).toEqual([
      { id: 'api', place: { line: 14, column: 3 }, answers: {}, overrides: [], quantities: [] },
    ]);
  });

  it('of every known id are accepted', () => {
    expect(tiersOf(tierIds.map((id) => `  ${id}: {}\n`).join('')).map((tier) => tier.id)).toEqual(tierIds);
  });

  it('of the user carry their title, quantities and count', () => {
    const [cache] = tiersOf(own);
    expect(cache).toMatchObject({
      id: 'thumbnailCache',
      title: 'Thumbnail cache',
      count: { value: 'thumbnailCache.nodes.count' },
    });
    expect(cache?.quantities).toMatchObject([
      { name: 'thumbnailCache.hitRatio', unit: '1', value: { value: 0.8 }, writtenAt: { line: 18 } },
      {
        name: 'thumbnailCache.nodes.count',
        formula: 'ceil(thumbnailCache.hitRatio * 3)',
        writtenAt: { line: 19 },
      },
    ]);
  });

  it.each([
    [
      'a misspelt tier',
      '  wroker: {scope: regional}\n',
      /^14:3 unknown-key: unknown tier `wroker` -> did you mean `worker`/,
    ],
    ['a tier with a dash for a capital', '  load-balancer: {}\n', /did you mean `loadBalancer`/],
    [
      'a tier that nobody knows',
      '  mainframe: {}\n',
      /^14:3 unknown-key: unknown tier `mainframe` -> known are loadBalancer, .*title, quantities and count/,
    ],
    [
      'an own tier without count',
      own.replace('    count: nodes.count\n', ''),
      /^14:3 missing-key: tier `thumbnailCache` has no count/,
    ],
    [
      'an own tier whose count is none of its quantities',
      own.replace('count: nodes.count', 'count: node.count'),
      /^16:12 bad-formula: .*`thumbnailCache.node.count` .* -> did you mean `thumbnailCache.nodes.count`/,
    ],
    [
      'an own tier with a name that no formula can read',
      own.replace('thumbnailCache', 'thumbnail-cache'),
      /^14:3 wrong-type: `thumbnail-cache` cannot name a tier/,
    ],
    [
      'a quantity without meaning',
      own.replace(', meaning: nodes of it', ''),
      /^19:20 missing-key: `meaning` is missing/,
    ],
    [
      'a quantity with both a value and a formula',
      own.replace('value: 80 %', 'value: 80 %, formula: 2 * 3'),
      /both a value and a formula/,
    ],
    ['a quantity with neither', own.replace(', value: 80 %', ''), /no value and no formula/],
    [
      'a value in another dimension than its unit',
      own.replace('80 %', '5 ms'),
      /bad-quantity: .*`5 ms`.* dimension s instead of 1/,
    ],
    ['an unknown unit', own.replace('unit: machine', 'unit: machin'), /bad-quantity: .*machin/],
    [
      'a scope that does not exist',
      '  api: {scope: local}\n',
      /^14:16 wrong-type: `tiers.api.scope` cannot be `local` -> expected one of `global`, `regional`/,
    ],
    [
      'an availability guarantee of 100 %',
      '  api: {guarantees: {availability: 100 %}}\n',
      /an availability of 100 % cannot be promised/,
    ],
    [
      'a misspelt question',
      '  api: {tennancy: multi-tenant}\n',
      /unknown key `tennancy` in `tiers.api` -> did you mean `tenancy`/,
    ],
    [
      'an override with a misspelt unit',
      '  worker: {overrides: {cpu: 5 mss}}\n',
      /^14:29 bad-quantity: .*mss/,
    ],
    ['an override that is a list', '  worker: {overrides: {cpu: [5 ms]}}\n', /^14:29 wrong-type/],
    [
      'an override with a name that no formula can read',
      '  worker: {overrides: {__proto__: 5}}\n',
      /^14:24 wrong-type: `__proto__` cannot name a quantity/,
    ],
    [
      'an override given twice',
      '  worker: {overrides: {cpu: 5, cpu: 6}}\n',
      /^14:32 duplicate-name: quantity `cpu` is given twice/,
    ],
  ])('refuse %s', (_what, text, expected) => {
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });
});

describe('overrides', () => {
  const override = (text: string) => tiersOf(`  worker: {overrides: {x: ${text}}}\n`)[0]?.overrides[0];

  it.each(['5 ms', '12 req/s/core', '10k req/s', '40', '20 %', '1e3', '-5 ms', '5 min'])(
    '`%s` is a value',
    (text) => {
      expect(override(text)).toHaveProperty('value');
      expect(override(text)).not.toHaveProperty('formula');
    },
  );

  it.each([
    'worker.busyCores',
    '2 * worker.busyCores',
    '1 / worker.rate',
    '"ceil(worker.busyCores / machine.cores)"',
    '5 ms + worker.base',
    '-worker.base',
  ])('`%s` is a formula', (text) => {
    expect(override(text)).toMatchObject({ formula: text.replaceAll('"', '') });
    expect(override(text)).not.toHaveProperty('value');
  });

  it('carry their full name and place, with the id of the tier written or not', () => {
    const [worker] = tiersOf('  worker: {overrides: {machines.spare: 2, worker.cpu: 5 ms}}\n');
    expect(worker?.overrides).toMatchObject([
      { name: 'worker.machines.spare', writtenAt: { file: 'f', line: 14, column: 40 } },
      { name: 'worker.cpu' },
    ]);
  });

  it('may be uncertain, and may say what they mean', () => {
    expect(override('{low: 1 ms, mid: 2 ms, high: 4 ms, confidence: 80 %}')?.value?.uncertain).toEqual({
      low: 0.001,
      mid: 0.002,
      high: 0.004,
      confidence: 0.8,
    });
    expect(override('{value: 5 ms, meaning: time of a job, unit: ms}')).toMatchObject({
      meaning: 'time of a job',
      unit: 'ms',
      value: { value: 0.005 },
    });
  });
});

describe('guarantees under partition', () => {
  const claim = (guarantees: string) => problems(`  queue: {guarantees: {${guarantees}}}\n`);

  it('of consistency and availability at once are refused with the reason why no such system exists', () => {
    const [problem, ...more] = claim('underPartition: [consistency, availability]');
    expect(more).toEqual([]);
    expect(problem).toMatch(
      /^14:40 impossible-guarantee: no system gives consistency and availability under partition/,
    );
    expect(problem).toContain('cannot hear the others');
    expect(problem).toContain('Gilbert & Lynch 2002');
    expect(problem).toContain('`underPartition: consistency`');
  });

  it.each(['linearizable', 'sequential'])('of %s consistency and availability are refused', (consistency) => {
    const [problem, ...more] = claim(`consistency: ${consistency}, underPartition: availability`);
    expect(more).toEqual([]);
    expect(problem).toMatch(
      /impossible-guarantee: no system gives .* consistency and availability under partition/,
    );
    expect(problem).toContain(consistency);
  });

  it.each(['causal', 'read-your-writes', 'eventual'])(
    'of %s consistency and availability are accepted',
    (consistency) => {
      expect(claim(`consistency: ${consistency}, underPartition: availability`)).toEqual([]);
    },
  );

  it.each(consistencies)('of %s consistency without availability are accepted', (consistency) => {
    expect(claim(`consistency: ${consistency}, underPartition: consistency`)).toEqual([]);
    expect(claim(`consistency: ${consistency}`)).toEqual([]);
  });

  it('of something else are refused as a slip', () => {
    expect(claim('underPartition: availabilty').join()).toMatch(
      /wrong-type: .* -> did you mean `availability`/,
    );
    expect(claim('underPartition: [availability]').join()).toMatch(/wrong-type/);
  });
});
