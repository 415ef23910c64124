import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/spec/read.ts';
import { minimal, problemsOf, withTiers } from './minimal.ts';

const read = (more: string) => readSpec(`${minimal}${more}`, 'headroom.yaml');
const lines = minimal.split('\n').length - 1;
const problem = (more: string) =>
  problemsOf(`${minimal}${more}`).map((each) =>
    each.replace(/^(\d+)/, (line) => String(Number(line) - lines)),
  );

describe('the availability part of a spec', () => {
  it('may be left out: places and costs have defaults, rates come from the catalogue', () => {
    const spec = read('');
    expect(spec.failures).toEqual({});
    expect(spec.placement.spread).toMatchObject({ value: 'zones', origin: { kind: 'assumed' } });
    expect(spec.placement.machinesPerRack.value).toBe(10);
    expect(spec.causes.outages.origin.kind).toBe('assumed');
    expect(spec.dependencies).toBeUndefined();
  });

  it('keeps where each number was given', () => {
    const { failures, causes } = read(
      'failures:\n  rack: {rate: 2 /y, repair: 3 h}\ncauses:\n  version: {detection: 5 min}\n',
    );
    expect(failures.rack?.repair).toMatchObject({
      value: 10_800,
      origin: { kind: 'given', line: lines + 2 },
    });
    expect(causes.version?.detection?.value).toBe(300);
  });

  it('reads an expression over tiers, `and` before `or`', () => {
    const { dependencies } = read(
      'dependencies: api and queue or 2 of (worker, batch, billing) and (api or queue)\n',
    );
    expect(dependencies?.value).toEqual({
      or: [
        { and: ['api', 'queue'] },
        { and: [{ atLeast: 2, of: ['worker', 'batch', 'billing'] }, { or: ['api', 'queue'] }] },
      ],
    });
  });

  it('reads failover as a word or as a map', () => {
    const [word, map] = readSpec(
      withTiers('  queue: {failover: manual}\n  api: {failover: {mode: automatic, detection: 5 s}}\n'),
      'headroom.yaml',
    ).tiers;
    expect(word?.failover?.mode.value).toBe('manual');
    expect(map?.failover).toMatchObject({ mode: { value: 'automatic' }, detection: { value: 5 } });
  });

  it.each([
    [
      'failures:\n  machine: {unavailability: 120 %}\n',
      '2:29 out-of-range: an unavailability of 120 % is not at least 0 % and below 100 %',
    ],
    ['failures:\n  machine: {repair: 0 h}\n', '2:21 out-of-range: a repair time of 0 h is nothing'],
    ['failures:\n  machine: {rate: -1 /y}\n', '2:19 out-of-range: a rate of -1 /y is negative'],
    [
      'failures:\n  rack: {unavailability: 1 %, rate: 1 /y, repair: 1 h}\n',
      '2:9 out-of-range: `failures.rack` gives unavailability, rate and repair',
    ],
    [
      'failures:\n  rak: {rate: 1 /y}\n',
      '2:3 unknown-key: unknown key `rak` in `failures` -> did you mean `rack`?',
    ],
    [
      'placement: {machinesPerRack: 2.5}\n',
      '1:30 out-of-range: a number of machines of 2.5 is not a whole number',
    ],
    ['placement: {racksPerPower: 0}\n', '1:28 out-of-range: a number of racks of 0 is nothing'],
    [
      'causes:\n  configuration: {stages: [{share: 25 %, bake: 1 h}, {share: 5 %, bake: 1 h}]}\n',
      'the shares of the stages do not rise',
    ],
    [
      'causes:\n  certificate: {stages: []}\n',
      '2:17 unknown-key: unknown key `stages` in `causes.certificate`',
    ],
    [
      'causes:\n  version: {tiers: [apy]}\n',
      '2:20 wrong-type: `causes.version.tiers` names `apy`, and no tier is called so -> did you mean `api`?',
    ],
    ['dependencies: api and\n', '1:22 bad-formula: `dependencies`: expected a tier at the end'],
    ['dependencies: api and (queue\n', '1:29 bad-formula: `dependencies`: expected `)` at the end'],
    [
      'dependencies: api xor queue\n',
      '1:19 bad-formula: `dependencies`: expected `and` or `or`, found `xor`',
    ],
    ['dependencies: 4 of (api, queue)\n', '1:15 bad-formula: `dependencies`: `4 of` 2 cannot be'],
    [
      'dependencies: api and cache\n',
      '1:15 wrong-type: `dependencies` names `cache`, and no tier is called so',
    ],
    ['tiers:\n  api: {observed: {time: 90 d, outages: 0, downtime: 1 h}}\n', 'has a downtime and no outage'],
    [
      'tiers:\n  queue: {data: {replication: asynchronous, lag: 10 s, lagWorst: 2 s}}\n',
      '`tiers.queue.data.lagWorst` is less than the usual lag of 10 s',
    ],
    [
      'tiers:\n  api: {observed: {time: 1 h, outages: 1, downtime: 2 h}}\n',
      'was down as long as it was watched',
    ],
    ['tiers:\n  api: {observed: {time: 90 d, outages: 1.5}}\n', 'is not a whole number'],
    [
      'tiers:\n  queue: {failover: {mode: manuel}}\n',
      '2:28 wrong-type: `tiers.queue.failover.mode` cannot be `manuel` -> did you mean `manual`?',
    ],
    ['mending: {stage: -1}\n', '1:18 out-of-range: a cost of -1 is negative'],
  ])('refuses %j with its place', (more, expected) => {
    const problems = problem(more);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });
});
