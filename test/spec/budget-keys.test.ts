import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/spec/read.ts';
import { changed, minimal, problemsOf, withTiers } from './minimal.ts';

const objectives = '  availability: {target: 99.9 %}\n';
const more = (text: string) => changed(objectives, `${objectives}  ${text}\n`);
const available = (text: string) => changed('{target: 99.9 %}', `{target: 99.9 %, ${text}}`);

describe('the keys of the error budget', () => {
  it('have defaults that say why', () => {
    const { objectives: read, mitigation } = readSpec(minimal, 'f');
    expect(read.availability.missChance).toMatchObject({ value: 0.05, origin: { kind: 'assumed' } });
    expect(read.availability.calendar).toBeUndefined();
    expect(read.split).toMatchObject({ value: { rule: 'cost' }, origin: { kind: 'assumed' } });
    expect(read.sla).toBeUndefined();
    expect(Object.entries(mitigation).map(([key, { value }]) => [key, value])).toEqual([
      ['page', 300],
      ['ticket', 86_400],
      ['report', 86_400],
      ['drain', 300],
      ['capacity', 1200],
      ['reroute', 600],
      ['healthCheck', 6],
    ]);
    for (const { origin } of Object.values(mitigation)) expect(origin.kind).toBe('assumed');
  });

  it('are read with their places', () => {
    const read = readSpec(available('missChance: 2 %, calendar: {unit: quarter, timeZone: Asia/Tokyo}'), 'f');
    const { missChance, calendar } = read.objectives.availability;
    expect(missChance).toMatchObject({ exact: '0.02', origin: { kind: 'given', line: 7 } });
    expect(calendar).toEqual({ unit: 'quarter', timeZone: 'Asia/Tokyo' });
    const zoned = readSpec(available('calendar: {unit: week}'), 'f');
    expect(zoned.objectives.availability.calendar?.timeZone).toBe('UTC');
  });

  it('are shares of tiers, or a rule', () => {
    expect(readSpec(more('split: equal'), 'f').objectives.split.value).toEqual({ rule: 'equal' });
    const given = readSpec(more('split: {api: 10 %, worker: 90 %}'), 'f').objectives.split;
    expect(given.value).toMatchObject({
      rule: 'given',
      shares: [
        { tier: 'api', share: { exact: '0.1' } },
        { tier: 'worker', share: { exact: '0.9' } },
      ],
    });
    expect(given.origin).toMatchObject({ kind: 'given', line: 8 });
  });

  it('are steps of credit in their order', () => {
    const { sla } = readSpec(
      more('sla: [{below: 99.5 %, credit: 10 %}, {below: 99 %, credit: 100 %}]'),
      'f',
    ).objectives;
    expect(sla?.value.map(({ below, credit }) => [below.exact, credit.exact])).toEqual([
      ['0.995', '0.1'],
      ['0.99', '1'],
    ]);
  });

  it('are what a tier gives up, and how soon people act', () => {
    const [tier] = readSpec(withTiers('  worker: {degradation: reduce-harvest}\n'), 'f').tiers;
    expect(tier?.degradation).toMatchObject({ value: 'reduce-harvest', origin: { kind: 'given' } });
    const { mitigation } = readSpec(`${minimal}mitigation: {page: 90 s}\n`, 'f');
    expect(mitigation.page).toMatchObject({ value: 90, origin: { kind: 'given', line: 13 } });
  });

  it.each([
    [
      'a chance of 100 %',
      available('missChance: 100 %'),
      /^7:\d+ out-of-range: a chance of 100 % is not above 0 % and below 100 %/,
    ],
    ['a chance of nothing', available('missChance: 0 %'), /^7:\d+ out-of-range: a chance of 0 %/],
    [
      'an unknown key beside it',
      available('missChances: 5 %'),
      /^7:\d+ unknown-key: .*missChances.* -> .*missChance/,
    ],
    [
      'no part of the calendar',
      available('calendar: {unit: decade}'),
      /^7:\d+ wrong-type: .*decade.* -> .*day/,
    ],
    [
      'no time zone',
      available('calendar: {unit: month, timeZone: Mars/Olympus}'),
      /^7:\d+ out-of-range: .*Mars\/Olympus.* -> .*Europe\/Berlin/,
    ],
    [
      'shares above the whole',
      more('split: {api: 60 %, worker: 50 %}'),
      /^8:\d+ out-of-range: .*add up to 110 % ->/,
    ],
    [
      'a share of a tier that is not there',
      more('split: {workers: 50 %}'),
      /^8:\d+ wrong-type: .*`workers`.* -> .*worker/,
    ],
    ['an unknown rule', more('split: fair'), /^8:\d+ wrong-type: .*fair.* -> .*equal/],
    ['an agreement without a step', more('sla: []'), /^8:\d+ out-of-range: `objectives.sla` has no step/],
    [
      'an agreement of 100 %',
      more('sla: [{below: 100 %, credit: 10 %}]'),
      /^8:\d+ out-of-range: .*100 % cannot be promised/,
    ],
    [
      'a credit of nothing',
      more('sla: [{below: 99 %, credit: 0 %}]'),
      /^8:\d+ out-of-range: a credit of 0 %/,
    ],
    [
      'steps that rise',
      more('sla: [{below: 99 %, credit: 10 %}, {below: 99.5 %, credit: 25 %}]'),
      /^8:\d+ out-of-range: .*\[1\]\.below` is not below/,
    ],
    [
      'a credit that falls',
      more('sla: [{below: 99 %, credit: 25 %}, {below: 98 %, credit: 10 %}]'),
      /^8:\d+ out-of-range: .*\[1\]\.credit` gives back no more/,
    ],
    [
      'a negative page',
      `${minimal}mitigation: {page: -1 s}\n`,
      /^13:\d+ out-of-range: a response time of -1 s is negative/,
    ],
    ['a page in requests', `${minimal}mitigation: {page: 5 req/s}\n`, /^13:\d+ bad-quantity/],
    [
      'an unknown mitigation',
      `${minimal}mitigation: {pages: 5 min}\n`,
      /^13:\d+ unknown-key: .*pages.* -> .*page/,
    ],
    [
      'an unknown policy',
      withTiers('  worker: {degradation: shrink}\n'),
      /^14:\d+ wrong-type: .*shrink.* -> .*reduce-/,
    ],
  ])('are refused where they make no sense: %s', (_what, text, expected) => {
    const found = problemsOf(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it('list each tier once where a share is given to one that is not there', () => {
    const [problem = ''] = problemsOf(more('split: {nobody: 50 %}'));
    expect(problem.match(/`worker`/g)).toHaveLength(1);
  });

  it('keep the curve of a day beside its hours', () => {
    const cosine = changed('  peak:', '  traffic: {shape: cosine, amplitude: 0.8, peakHour: 14}\n  peak:');
    expect(readSpec(cosine, 'f').workload.traffic.cosine).toEqual({ amplitude: 0.8, peakHour: 14 });
    expect(
      readSpec(changed('  peak:', '  traffic: flat\n  peak:'), 'f').workload.traffic.cosine,
    ).toBeUndefined();
  });
});
