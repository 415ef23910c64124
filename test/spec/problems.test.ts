import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../src/problems/problem.ts';
import { readSpec } from '../../src/spec/read.ts';
import { changed, minimal, problemsOf, withTiers } from './minimal.ts';

/** What is wrong, the text with it, and a pattern of `line:column code: message -> advice`. */
const wrongValues: readonly (readonly [what: string, text: string, expected: RegExp])[] = [
  [
    'a negative rate',
    changed('10k req/s', '-5 req/s'),
    /^4:9 out-of-range: a request rate of -5 req\/s is negative/,
  ],
  [
    'a rate of zero',
    changed('10k req/s', '0 req/s'),
    /^4:9 out-of-range: a request rate of 0 req\/s is nothing/,
  ],
  ['a rate without unit', changed('10k req/s', '10k'), /^4:9 bad-quantity: .*`10k`.* -> .*10k req\/s/],
  [
    'a rate in another dimension',
    changed('10k req/s', '10 MB'),
    /^4:9 bad-quantity: .* dimension B instead of req\/s/,
  ],
  ['an unknown unit', changed('10k req/s', '10k rqe/s'), /^4:9 bad-quantity: .*rqe.* -> .*req/],
  ['text for a number', changed('10k req/s', 'plenty'), /^4:9 bad-quantity: .*plenty/],
  [
    'a list for a number',
    changed('10k req/s', '[1, 2]'),
    /^4:9 wrong-type: `workload.peak` is a list, expected a quantity/,
  ],
  [
    'nothing for a number',
    changed('10k req/s', ''),
    /^4:.* missing-key: `workload.peak` has no value -> .*10k req\/s/,
  ],
  [
    'zero cores',
    changed('cores: 32', 'cores: 0'),
    /^10:20 out-of-range: a machine with zero cores does no work/,
  ],
  ['half a core', changed('cores: 32', 'cores: 1.5'), /^10:20 out-of-range: .*1\.5 is not a whole number/],
  [
    'negative cores',
    changed('cores: 32', 'cores: -4'),
    /^10:20 out-of-range: a number of cores of -4 is negative/,
  ],
  ['a percentage as a count', changed('cores: 32', 'cores: 50 %'), /^10:20 bad-quantity/],
  [
    'an availability of 100 %',
    changed('99.9 %', '100 %'),
    /^7:26 out-of-range: an availability of 100 % cannot be promised/,
  ],
  [
    'an availability above 100 %',
    changed('99.9 %', '120 %'),
    /^7:26 out-of-range: an availability of 120 % is not above 0 % and below 100 %/,
  ],
  [
    'a negative headroom',
    `${minimal}policy: {headroom: -1 %}\n`,
    /^13:20 out-of-range: a headroom of -1 % is not at least 0 %/,
  ],
  [
    'a headroom of everything',
    `${minimal}policy: {headroom: 100 %}\n`,
    /^13:20 out-of-range: a headroom of 100 %/,
  ],
  [
    'a negative surge',
    changed('  peak', '  surge: -3 %\n  peak'),
    /^4:10 out-of-range: a surge of -3 % is negative/,
  ],
  [
    'a percentile of 100',
    changed('{below', '{percentile: p100, below'),
    /^8:25 out-of-range: a percentile of 100 % is not above 0 % and below 100 %/,
  ],
  [
    'an unknown percentile',
    changed('{below', '{percentile: high, below'),
    /^8:25 wrong-type: .*`high`, expected a percentile -> .*p99/,
  ],
  [
    'an unknown policy',
    `${minimal}policy: {onZoneLoss: shedd}\n`,
    /^13:22 wrong-type: .*`shedd` -> did you mean `shed`/,
  ],
  [
    'a policy given twice',
    `${minimal}policy: {survive: [zone, zone]}\n`,
    /^13:26 duplicate-name: `zone` is given twice/,
  ],
  [
    'an unknown machine shape',
    withTiers('  worker: {machine: genral}\n'),
    /^14:21 wrong-type: .*`genral` -> did you mean `general`/,
  ],
  [
    'another version',
    `schema: headroom/spec/v9\n${minimal}`,
    /^1:9 wrong-type: `schema` cannot be `headroom\/spec\/v9`/,
  ],
];

const wrongKeys: typeof wrongValues = [
  [
    'a misspelt key',
    changed('  peak:', '  paek:'),
    /^4:3 unknown-key: unknown key `paek` in `workload` -> did you mean `peak`/,
  ],
  ['an unknown key at the top', `${minimal}wrkload: 1\n`, /^13:1 unknown-key: unknown key `wrkload`/],
  [
    'a key that means nothing',
    `${minimal}colour: red\n`,
    /^13:1 unknown-key: .*`colour` -> expected one of .*`name`/,
  ],
  [
    'a missing key',
    changed('  users: 100k\n', ''),
    /^3:3 missing-key: `users` is missing in `workload` -> add for instance `users: 100k`/,
  ],
  ['a missing section', changed('name: thumbnails\n', ''), /^1:1 missing-key: `name` is missing/],
  [
    'a key given twice',
    changed('  users: 100k\n', '  users: 100k\n  users: 5\n'),
    /^4:3 duplicate-name: key `users` is given twice -> .*line 3/,
  ],
  [
    'a tier given twice',
    withTiers('  worker: {}\n  api: {}\n  worker: {}\n'),
    /^16:3 duplicate-name: tier `worker` is given twice -> .*line 14/,
  ],
  [
    'a region given twice',
    `${minimal}  main: {zones: [d]}\n`,
    /^13:3 duplicate-name: region `main` is given twice/,
  ],
  [
    'a region of a list given twice',
    changed('  main: {zones: [a, b, c]}', '  - {name: eu, zones: [a]}\n  - {name: eu, zones: [b]}'),
    /^13:12 duplicate-name: region `eu` is given twice/,
  ],
  [
    'a machine shape given twice',
    changed('regions:', '  general: {cores: 1, memory: 1 GB, network: 1 Gbit/s, disk: 1 TB}\nregions:'),
    /^11:3 duplicate-name: machine shape `general`/,
  ],
  [
    'a zone given twice',
    changed('[a, b, c]', '[a, b, a]'),
    /^12:24 duplicate-name: zone `a` is given twice in `regions.main.zones`/,
  ],
  [
    'a region with an empty list of zones',
    changed('[a, b, c]', '[]'),
    /^12:17 missing-zones: region `main` has no zones/,
  ],
  [
    'a region without the key zones',
    changed('{zones: [a, b, c]}', '{}'),
    /^12:9 missing-zones: region `main` has no zones/,
  ],
  [
    'a region with nothing',
    changed(' {zones: [a, b, c]}', ''),
    /^12:.* missing-zones: region `main` has no zones/,
  ],
  [
    'a listed region without zones',
    changed('main: {zones: [a, b, c]}', '- {name: eu}'),
    /^12:5 missing-zones: region `eu` has no zones/,
  ],
  [
    'no region',
    changed('\n  main: {zones: [a, b, c]}', ' {}'),
    /^11:10 missing-key: `regions` has no region/,
  ],
  [
    'no machine shape',
    changed('\n  general: {cores: 32, memory: 128 GiB, network: 25 Gbit/s, disk: 2 TB}', ' {}'),
    /^9:11 missing-key: `machines` has no shape/,
  ],
];

const interval = (body: string) => changed('10k req/s', `{${body}}`);
const wrongIntervals: typeof wrongValues = [
  [
    'low above mid',
    interval('low: 12k req/s, mid: 10k req/s, high: 15k req/s, confidence: 90 %'),
    /^4:15 bad-interval: .*low `12k req\/s` is above mid `10k req\/s`/,
  ],
  [
    'high below mid',
    interval('low: 8k req/s, mid: 10k req/s, high: 9k req/s, confidence: 90 %'),
    /^4:47 bad-interval: .*high `9k req\/s` is below mid `10k req\/s`/,
  ],
  [
    'a confidence of 100 %',
    interval('low: 8k req/s, mid: 10k req/s, high: 11k req/s, confidence: 100 %'),
    /out-of-range: a confidence of 100 %/,
  ],
  [
    'no confidence',
    interval('low: 8k req/s, mid: 10k req/s, high: 11k req/s'),
    /^4:9 missing-key: `confidence` is missing/,
  ],
  [
    'a negative low',
    interval('low: -8 req/s, mid: 10k req/s, high: 11k req/s, confidence: 90 %'),
    /^4:15 out-of-range: .* negative/,
  ],
];

describe.each([
  ['values', wrongValues],
  ['keys', wrongKeys],
  ['intervals', wrongIntervals],
])('wrong %s', (_kind, cases) => {
  it.each(cases)('refuses %s where it stands and says what to do', (_what, text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });
});

describe('all problems', () => {
  it('are found at once and told in order of line', () => {
    const text = changed('10k req/s', '-1 req/s')
      .replace('99.9 %', '101 %')
      .replace('cores: 32', 'cores: 0')
      .replace('[a, b, c]', '[]')
      .concat('tires: {}\n');
    const lines = problemsOf(text).map((each) => Number(each.split(':')[0]));
    expect(lines).toEqual([4, 7, 10, 12, 13]);
  });

  it('carry the file as it was named', () => {
    try {
      readSpec('name: x\n', 'some/where.yaml');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInput);
      expect((error as InvalidInput).problems.every((each) => each.file === 'some/where.yaml')).toBe(true);
    }
  });
});

describe('files that are no spec', () => {
  it.each([
    ['an empty file', '', /^1:1 bad-file: the file is empty -> .*headroom init/],
    ['a file of comments', '# nothing\n', /^1:1 bad-file: the file is empty/],
    [
      'several documents',
      `${minimal}---\nname: other\n`,
      /^13:1 yaml-syntax: the file holds several YAML documents/,
    ],
    ['binary data', 'name: \u0000\u0001', /^1:1 bad-file: the file is not UTF-8 text/],
    [
      'text in another encoding, read as UTF-8',
      'name: caf\uFFFD',
      /^1:1 bad-file: the file is not UTF-8 text/,
    ],
    ['a scalar', 'hello\n', /^1:1 wrong-type: the file is `hello`, expected a map/],
    ['a list', '- a\n- b\n', /^1:1 wrong-type: the file is a list, expected a map/],
    ['a tab as indentation', 'workload:\n\tusers: 5\n', /^2:\d+ yaml-syntax: not valid YAML: Tabs/],
    ['an open bracket', 'name: [a, b\n', /yaml-syntax: not valid YAML/],
    [
      'an alias without an anchor',
      changed('500 ms', '*bound'),
      /^8:20 yaml-syntax: `\*bound` refers to no anchor/,
    ],
    ['an unknown tag', changed('500 ms', '!secret x'), /^8:20 yaml-syntax: not valid YAML: Unresolved tag/],
  ])('%s is refused in one problem', (_what, text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  it('bytes that are not UTF-8 are refused', () => {
    expect(() => readSpec(new Uint8Array([0x6e, 0xff, 0xfe]), 'f')).toThrow('not UTF-8');
  });
});
