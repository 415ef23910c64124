import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertCatalogues } from '../../src/models/slo/alert-catalogue.ts';
import { sloDocument } from '../../src/render/slo-document.ts';
import { replayDocument } from '../../src/render/slo-replay-document.ts';
import { exampleText } from '../../src/spec/example.ts';
import { Decimal } from '../../src/units/unit.ts';
import { emptyFolder, headroom, shell } from './headroom.ts';

const cited = ['--measurement', 'cited'];
const example = ['plan', 'slo', '--example', ...cited];

/** A folder with the built-in example as headroom.yaml, some of its text replaced. */
function folderWith(...changes: readonly (readonly [from: string, to: string])[]): string {
  const cwd = emptyFolder();
  const text = changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the built-in example has no ${from}`);
    return before.replace(from, to);
  }, exampleText);
  writeFileSync(join(cwd, 'headroom.yaml'), text);
  return cwd;
}

const files = {
  'incidents.csv': 'start,end,ratio\n2026-03-01T10:00:00Z,2026-03-01T10:10:00Z,15 %\n',
  'bad.csv': 'time,total,bad\n60,1,2\n120,one,0\n300,1,0\n',
};

function folderOfFiles(): string {
  const cwd = emptyFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

describe('headroom plan slo', () => {
  it('prints the ledger with what is unspent, and says what it planned from on stderr', async () => {
    const { code, stdout, stderr } = await headroom(example);
    expect(code).toBe(0);
    expect(stdout).toContain('Ledger of availability: 99.9 % of 30d');
    expect(stdout).toMatch(/\nbudget .*43\.20 +100 %/);
    expect(stderr).toContain('spec: built-in example');
  });

  it('prints JSON that the published schema describes completely, lines and what is unspent adding up', async () => {
    const { code, stdout } = await headroom([...example, '--json']);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(sloDocument.parse(document)).toEqual(document);
    const [{ budget, lines, unspent }] = document.ledgers;
    const all: { requests: { text: string } }[] = [...lines, unspent];
    const sum = all.reduce((before, { requests }) => before.plus(requests.text), new Decimal(0));
    expect(sum.toFixed()).toBe(new Decimal(budget.requests.text).toFixed());
  });

  it('needs no colours and fits a narrow terminal', async () => {
    const { stdout } = await headroom([...example, '--section', 'budgets'], {
      env: { COLUMNS: '40', NO_COLOR: '1' },
    });
    expect(stdout).toMatch(/availability/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours begin
    expect(stdout).not.toMatch(/\u001b/);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const { code, stdout, stderr } = await shell(
      `set -o pipefail; headroom ${example.join(' ')} --json | head -1`,
    );
    expect(stdout).toBe('{\n');
    expect(stderr).not.toMatch(/EPIPE|error/i);
    expect(code).toBe(0);
  });

  it('meets its objective with automatic failover, and under --check says so by its exit code', async () => {
    const { code } = await headroom(['plan', 'slo', ...cited, '--check'], { cwd: folderWith() });
    expect(code).toBe(0);
  });

  it('exits with 3 where people fail over by hand, and names the objective and the line that owns the miss', async () => {
    const cwd = folderWith([
      'failover: automatic # an election; people would take half an hour',
      'failover: manual',
    ]);
    const { code, stdout, stderr } = await headroom(['plan', 'slo', ...cited, '--check'], { cwd });
    expect(code).toBe(3);
    expect(stdout).toContain('Ledger of availability');
    expect(stderr).toMatch(
      /objective availability of 99\.9 %: a window of 30d misses it .* `leader lost` owns/,
    );
  });

  it.each([
    ['an objective of 100 %', ['target: 99.9 %', 'target: 100 %'], /headroom\.yaml:\d+:\d+/],
    ['a window shorter than its alerts', ['window: 30 d', 'window: 1 d'], /window of the objective/],
  ] as const)('refuses %s, with its place', async (_, change, message) => {
    const { code, stderr } = await headroom(['plan', 'slo', ...cited], { cwd: folderWith(change) });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/headroom\.yaml:\d+:\d+/);
  });

  it('refuses a window shorter than its alerts for rules too', async () => {
    const cwd = folderWith(['window: 30 d', 'window: 1 d']);
    const { code, stderr } = await headroom(['plan', 'slo', ...cited, '--format', 'prometheus'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/headroom\.yaml:\d+:\d+.*long window of the alert drift/);
  });

  it('offers every set of alerts that it knows', async () => {
    const { stdout } = await headroom(['plan', 'slo', '--help']);
    const help = stdout.replace(/\s+/g, ' ');
    expect(alertCatalogues().filter(({ id }) => !help.includes(id))).toEqual([]);
  });

  it('knows what objective was meant', async () => {
    const { code, stderr } = await headroom([...example, '--objective', 'avalability']);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean availability?');
  });
});

describe('rules', () => {
  it.each([
    ['prometheus', /^groups:\n/],
    ['alertmanager', /^route:\n/],
    ['openslo', /^---\napiVersion: openslo\/v1\n/],
    ['grafana', /^\{\n {2}"uid"/],
  ])('are printed for %s, and nothing else is on stdout', async (format, begin) => {
    const { code, stdout } = await headroom([...example, '--format', format]);
    expect(code).toBe(0);
    expect(stdout).toMatch(begin);
  });

  it('come with their tests as a folder, or one step of them as a text', async () => {
    const cwd = emptyFolder();
    const tests = [...example, '--format', 'promtool-test'];
    const { code } = await headroom([...tests, '--output', 'new/rules'], { cwd });
    expect(code).toBe(0);
    const written = readdirSync(join(cwd, 'new/rules')).sort();
    expect(written).toEqual([
      'slo.15m.test.yml',
      'slo.1h.test.yml',
      'slo.1m.test.yml',
      'slo.5m.test.yml',
      'slo.rules.yml',
    ]);
    const one = await headroom([...tests, '--step', '1h'], { cwd });
    expect(one.stdout).toBe(readFileSync(join(cwd, 'new/rules/slo.1h.test.yml'), 'utf8'));
    const none = await headroom([...tests], { cwd });
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('1m, 5m, 15m, 1h');
  });

  it('are not mixed with tests of an earlier run', async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'rules'));
    writeFileSync(join(cwd, 'rules/slo.2m.test.yml'), 'old');
    const { code, stderr } = await headroom([...example, '--format', 'promtool-test', '--output', 'rules'], {
      cwd,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('slo.2m.test.yml');
    expect(readdirSync(join(cwd, 'rules'))).toEqual(['slo.2m.test.yml']);
  });

  it('follow the chosen alerts and cadence', async () => {
    const { stdout } = await headroom([
      ...[...example, '--format', 'prometheus', '--catalogue', 'pyrra', '--evaluation', '1 min'],
    ]);
    expect(stdout).toContain('(14 * 0.001)');
    expect(stdout).toContain('interval: 1m');
    const wrong = await headroom([...example, '--format', 'prometheus', '--scrape', '5 GB']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--scrape 5 GB is no time');
  });
});

describe("alerts of one's own", () => {
  const run = async (rows: string, ...more: readonly string[]) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'alerts.csv'), `name,severity,budget,long,short\n${rows}\n`);
    return await headroom([...example, '--catalogue', 'alerts.csv', ...more], { cwd });
  };

  it('take the place of the published ones, in the plan and in the rules', async () => {
    const rows = 'quick,page,1 %,30m,5m\nlate,ticket,20 %,1d,2h';
    const { stdout } = await run(rows, '--format', 'prometheus');
    expect(stdout).toContain('ErrorBudgetBurnQuick');
    expect(stdout).toContain('(14.4 * 0.001)');
    expect(stdout).not.toContain('ErrorBudgetBurnFast');
    const plan = JSON.parse((await run(rows, '--json')).stdout);
    expect(new Set(plan.alerts.map(({ alert }: { alert: { name: string } }) => alert.name))).toEqual(
      new Set(['quick', 'late']),
    );
  });

  it('that cannot fire are named among the findings', async () => {
    const { stdout } = await run('quick,page,1 %,30m,5m\nnever,page,100 %,30m,5m', '--json');
    const { findings } = JSON.parse(stdout);
    expect(findings.map(({ code }: { code: string }) => code)).toContain('alert-never-fires');
  });

  it('are refused with their lines, as is a set that is neither known nor a file', async () => {
    const { code, stderr } = await run('Quick,loud,1 %,5m,1h');
    expect(code).toBe(2);
    expect(stderr.match(/alerts\.csv:2/g)?.length).toBe(3);
    const unknown = await headroom([...example, '--catalogue', 'sloths']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('did you mean sloth?');
  });
});

describe('headroom plan slo --replay', () => {
  it('says when each alert would have fired and cleared, and what was gone', async () => {
    const { code, stdout } = await headroom([...example, '--replay', 'incidents.csv'], {
      cwd: folderOfFiles(),
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/fast +page +2026-03-01T10:05:30Z +2026-03-01T10:15:00Z +2\.\d+ %/);
  });

  it('prints JSON that the published schema describes completely', async () => {
    const { stdout } = await headroom([...example, '--replay', 'incidents.csv', '--json'], {
      cwd: folderOfFiles(),
    });
    const document = JSON.parse(stdout);
    expect(replayDocument.parse(document)).toEqual(document);
  });

  it('points at every line of a bad file', async () => {
    const { code, stdout, stderr } = await headroom([...example, '--replay', 'bad.csv'], {
      cwd: folderOfFiles(),
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    for (const place of ['bad.csv:2:', 'bad.csv:3:', 'bad.csv:4:']) expect(stderr).toContain(place);
  });

  it('refuses a file that is not there, an unknown objective, and a format for rules', async () => {
    const cwd = folderOfFiles();
    const wrong = async (...more: readonly string[]) => {
      const { code, stderr } = await headroom([...example, ...more], { cwd });
      expect(code).toBe(2);
      return stderr;
    };
    expect(await wrong('--replay', 'gone.csv')).toContain('gone.csv: no such file');
    expect(await wrong('--replay', 'incidents.csv', '--objective', 'worker-job')).toContain(
      'did you mean worker-jobs?',
    );
    expect(await wrong('--replay', 'incidents.csv', '--format', 'grafana')).toContain(
      'a replay has no format grafana',
    );
  });
});

describe('flags that would change nothing', () => {
  it.each([
    [['--step', '1h'], '--step is about --format promtool-test'],
    [['--format', 'prometheus', '--section', 'ledger'], '--section is about the printed plan'],
    [['--format', 'grafana', '--objective', 'latency'], '--objective is about the printed plan'],
    [['--observed-from', '2026-01-01T00:00Z'], '--observed-from and --observed-to need --incidents'],
    [['--format', 'openslo', '--use-incidents'], '--use-incidents is about the printed plan'],
  ])('are refused: %j', async (more, message) => {
    const { code, stdout, stderr } = await headroom([...example, ...more]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });
});

describe('headroom plan slo with incidents', () => {
  it('makes its ledger of measured rates, and says which given ones the log contradicts', async () => {
    const cwd = emptyFolder();
    const rows = [1, 2, 3, 4, 5, 6].map(
      (day) => `2026-02-0${day}T10:00Z,2026-02-0${day}T11:00Z,worker-${day},bad relase\n`,
    );
    writeFileSync(join(cwd, 'log.csv'), `start,end,component,cause\n${rows.join('')}`);
    const time = ['--observed-from', '2026-01-01T00:00Z', '--observed-to', '2026-04-01T00:00Z'];
    const { code, stdout } = await headroom(
      [...example, '--json', '--incidents', 'log.csv', '--use-incidents', ...time],
      { cwd },
    );
    expect(code).toBe(0);
    const { inputs, findings } = JSON.parse(stdout);
    const rate = inputs.find(({ name }: { name: string }) => name === 'failures.machine.rate');
    expect(rate.origin).toMatchObject({ kind: 'measured', file: 'log.csv' });
    const codes = findings.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(expect.arrayContaining(['assumption-contradicted', 'incident-cause-unknown']));
  });
});
