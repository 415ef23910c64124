import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidInput } from '../../src/problems/problem.ts';
import { sloCsv, sloMarkdown, sloText } from '../../src/render/slo.ts';
import { missLines } from '../../src/render/slo-check.ts';
import { sloDocument } from '../../src/render/slo-document.ts';
import { sloJson } from '../../src/render/slo-json.ts';
import { sections } from '../../src/render/slo-sections.ts';
import {
  boundsText,
  hourText,
  minutesText,
  partText,
  requestsText,
  timeText,
} from '../../src/render/slo-text.ts';
import { Decimal } from '../../src/units/unit.ts';
import { coloured, plain } from './fixture.ts';
import { sloOf } from './slo-planned.ts';

const slo = sloOf();
const view = { slo, findings: Number.POSITIVE_INFINITY, inputs: true };
const [ledger] = slo.ledgers as [(typeof slo.ledgers)[number]];

describe('the published schema of the objectives', () => {
  it('is the one that the output is typed by', async () => {
    const schema = JSON.stringify(z.toJSONSchema(sloDocument, { io: 'input' }), null, 2);
    await expect(`${schema}\n`).toMatchFileSnapshot('../../schemas/slo.json');
  });

  it('describes the output completely', () => {
    const document = JSON.parse(JSON.stringify(sloJson(slo)));
    expect(sloDocument.parse(document)).toEqual(document);
  });
});

describe('the objectives for people', () => {
  it.each([40, 60, 80, 120, 200])('fit a page of %d columns, tables and sentences alike', (width) => {
    const [all] = sloText({ ...view, findings: 0, inputs: false }, plain(width)).split('\nFindings');
    // A single word may be longer than the page is wide.
    const long = (all ?? '').split('\n').filter((line) => line.length > width && /\S\s+\S/.test(line.trim()));
    expect(long).toEqual([]);
  });

  it('show every line of the ledger, what is unspent, and the budget', () => {
    const text = sloText(view, plain(120));
    for (const { title } of ledger.lines) expect(text).toContain(`\n${title} `);
    expect(text).toMatch(/\nbudget +14,400,000 +43\.20 +100 %/);
    expect(text).toMatch(/\n(un|over)spent +/);
    expect(text).toContain('A window of 30d misses 99.9 % with a chance of');
  });

  it('have columns on a narrow page whose product is the minutes, and the means only where they are explained', () => {
    const text = sloText(view, plain(80));
    expect(text).toMatch(/^what fails +a year +each costs +requests +minutes +share$/m);
    expect(text).not.toContain('means over those that cost anything');
    const [, perYear, each, minutes] =
      /^bad configuration +([\d.]+) +([\d.]+) min +[\d,]+ +([\d.]+)/m.exec(text) ?? [];
    const product = (Number(perYear) * Number(each) * 30) / 365.25;
    expect(Math.abs(product / Number(minutes) - 1)).toBeLessThan(0.01);
    expect(sloText(view, plain(120))).toMatch(/ lasts +each costs +hits /);
    expect(sloText(view, plain(10_000))).toContain('means over those that cost anything');
    expect(sloMarkdown(view)).toContain('means over those that cost anything');
  });

  it('say that rare failed failovers make the mean time of a lost leader long', () => {
    const leader = ledger.lines.find(({ mode }) => mode === 'election') as (typeof ledger.lines)[number];
    expect(leader.times.lasts).toBeGreaterThan(100 * (leader.seconds.value / leader.eventsPerWindow));
    expect(leader.why).toContain('the rare failovers which fail and wait for people');
  });

  it('say of each line why it costs what it costs where the ledger alone is asked for', () => {
    const reason = ledger.lines[0]?.why ?? 'no line';
    const brief = sloText({ ...view, inputs: false, findings: 0 }, plain(10_000));
    const whole = sloText({ ...view, section: 'ledger' }, plain(10_000));
    expect(whole).toContain(reason);
    expect(brief).not.toContain(reason);
  });

  it('hold one section where one was asked for', () => {
    const headings = (section: (typeof sections)[number]) =>
      [...sloMarkdown({ ...view, section }).matchAll(/^### (.*)$/gm)].map(([, title]) => title ?? '');
    const always = ['Where the numbers come from', 'Findings'];
    const all = sections.map((section) => headings(section).filter((title) => !always.includes(title)));
    expect(all.every((titles) => titles.length > 0)).toBe(true);
    expect(new Set(all.flat()).size).toBe(all.flat().length);
  });

  it('hold the alerts of one objective where one was asked for', () => {
    const text = sloText(
      { ...view, section: 'alerts', objective: 'latency', findings: 0, inputs: false },
      plain(100),
    );
    expect(text).toMatch(/^latency +fast /m);
    expect(text).not.toMatch(/^availability /m);
  });

  it('colour nothing without colours, and mark a line above its cap with them', () => {
    const [first] = ledger.lines as [(typeof ledger.lines)[number]];
    const over = { ...ledger, lines: [{ ...first, overCap: true }] };
    const marked = { ...view, section: 'ledger' as const, slo: { ...slo, ledgers: [over] } };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours begin
    expect(sloText(marked, plain(100))).not.toMatch(/\u001b/);
    expect(sloText(marked, coloured(100))).toContain(`\u001b[31m${first.title}`);
  });

  it('say so where an objective has no ledger, the plan no leader, and the spec no agreement', () => {
    const { credits: _, ...bare } = slo;
    const without = { ...view, slo: { ...bare, failovers: [], ledgers: [] } };
    const text = sloText(without, plain(100));
    expect(text).toContain('No tier has a leader.');
    expect(text).toContain('The spec declares no agreement: objectives.sla.');
    expect(text).toContain('this objective has no ledger');
    expect(() => sloCsv({ ...without, section: 'credits' })).toThrow(InvalidInput);
  });
});

describe('the ledger as CSV', () => {
  it('adds up to the budget digit by digit', () => {
    const rows: Record<string, string>[] = parse(sloCsv(view), { columns: true });
    const row = (line: string) => rows.find((each) => each['line'] === line);
    const lines = rows.filter((each) => each['ended_by'] !== '');
    expect(lines.length).toBe(ledger.lines.length);
    for (const column of ['requests', 'seconds']) {
      const spent = lines.reduce((sum, each) => sum.plus(each[column] ?? Number.NaN), new Decimal(0));
      const left = row('unspent')?.[column] ?? row('overspent')?.[column] ?? Number.NaN;
      expect(spent.toFixed()).toBe(new Decimal(row('spent')?.[column] ?? Number.NaN).toFixed());
      expect(spent.plus(left).toFixed()).toBe(new Decimal(row('budget')?.[column] ?? Number.NaN).toFixed());
    }
  });

  it.each(sections.filter((section) => section !== 'credits'))(
    'section %s has columns of its own',
    (section) => {
      const rows: string[][] = parse(sloCsv({ ...view, section }));
      expect(new Set(rows[0]).size).toBe(rows[0]?.length);
      expect(rows.length).toBeGreaterThan(1);
    },
  );
});

describe('what --check says', () => {
  it('names the objective and the line that owns the miss', () => {
    const [owner] = ledger.miss.owners;
    const missed = { ...ledger, miss: { ...ledger.miss, met: false } };
    const [line = ''] = missLines({ ...slo, ledgers: [missed], findings: [] });
    expect(line).toContain('objective availability of 99.9 %');
    expect(line).toContain(`\`${owner?.title}\``);
  });

  it('is nothing where the objective is met and nothing else is wrong', () => {
    const met = { ...ledger, miss: { ...ledger.miss, met: true } };
    expect(missLines({ ...slo, ledgers: [met], findings: [] })).toEqual([]);
  });

  it('repeats errors that no ledger knows', () => {
    const finding = {
      code: 'never-fires',
      severity: 'error',
      message: 'it never fires',
      advice: 'mend it',
    } as const;
    expect(missLines({ ...slo, ledgers: [], findings: [finding] })).toEqual(['never-fires: it never fires']);
  });
});

describe('numbers of a ledger', () => {
  it('keep the digits that a column needs to add up', () => {
    expect(requestsText(14_400_000)).toBe('14,400,000');
    expect(requestsText(1e15)).toBe('1,000,000,000,000,000');
    expect(requestsText(0.3)).toBe('< 1');
    expect(requestsText(0)).toBe('0');
    expect(requestsText(-1234.4)).toBe('-1,234');
    expect(minutesText(2592)).toBe('43.20');
    expect(minutesText(0.1)).toBe('< 0.01');
    expect(minutesText(-90)).toBe('-1.50');
  });

  it('say shares above the whole and hours of the day as people do', () => {
    expect(partText(1.388_888)).toBe('139 %');
    expect(partText(1e-9)).toBe('< 0.01 %');
    expect(partText(Number.POSITIVE_INFINITY)).toBe('-');
    expect(boundsText({ low: 0.05, high: 0.050_000_1 })).toBe('5 %');
    expect(boundsText({ low: 0.05, high: 0.06 })).toBe('5 % to 6 %');
    expect(timeText(2e-6)).toBe('< 1 ms');
    expect(timeText(Number.POSITIVE_INFINITY)).toBe('never');
    expect(hourText(13.5)).toBe('13:30');
    expect(hourText(-1)).toBe('23:00');
    expect(hourText(23.9999)).toBe('00:00');
  });
});

describe('the printed ledger', () => {
  const cells = (width: number) =>
    sloText({ ...view, section: 'ledger', objective: 'availability' }, plain(width))
      .split('\n')
      .map((line) => /([\d,.]+) +(?:< )?[\d.]+ %$/.exec(line)?.[1])
      .filter((cell) => cell !== undefined)
      .map((cell) => Math.round(Number(cell.replaceAll(',', '')) * 100));

  it('adds up to the eye: lines to what is spent, and that with the rest to the budget, in hundredths', () => {
    const minutes = cells(90);
    const [spent = 0, unspent = 0, budget = 0] = minutes.slice(-3);
    expect(minutes.length).toBe(ledger.lines.length + 3);
    expect(minutes.slice(0, -3).reduce((sum, each) => sum + each, 0)).toBe(spent);
    expect(spent + unspent).toBe(budget);
    expect(spent).toBe(Math.round(ledger.spent.seconds.value / 0.6));
  });

  it('says why the availability plan counts other minutes of the same window', () => {
    const text = sloMarkdown(view);
    expect(slo.down.seconds).toBeGreaterThan(ledger.spent.seconds.value);
    expect(text).toContain(
      `headroom plan availability counts ${timeText(slo.down.seconds)} of such a window`,
    );
    expect(text.match(/headroom plan availability counts/g)).toHaveLength(1);
  });

  it('says what of a lever stands now, and what would be needed above the cap', () => {
    const text = sloMarkdown(view);
    expect(text).toMatch(/Halving helps most: sooner repaired \(now 111 min\), which saves 0\.8\d min;/);
    expect(text).not.toMatch(/cheapest/i);
  });

  it('has no tails of floats in JSON', () => {
    const tails = JSON.stringify(slo.ledgers).match(
      /"(?:eventsPerYear|mitigate|detect|respond|lasts|savedByHalving)":\d+\.\d*(?:00000|99999)\d+[,}]/g,
    );
    expect(tails).toBeNull();
    expect(slo.alerts.map(({ smallestErrorRatio }) => smallestErrorRatio)).toContain(0.0144);
  });
});

describe('the printed alerts', () => {
  it('say how long each incident lasts, since an alert that needs longer does not fire', () => {
    expect(sloMarkdown(view)).toContain('one request in a hundred, 6 h');
  });
});

describe('a window of the calendar', () => {
  it('is printed with its zone and its longest length', () => {
    const of = (unit: 'day' | 'month', timeZone: string, windowSeconds: number) => {
      const window = { kind: 'calendar', unit, timeZone } as const;
      const budgets = slo.budgets.map((budget) => ({ ...budget, window, windowSeconds }));
      return sloText({ ...view, slo: { ...slo, budgets }, section: 'budgets' }, plain(200));
    };
    expect(of('month', 'Europe/Berlin', 745 * 3600)).toContain(
      'calendar month, Europe/Berlin (at longest 31 d 1 h)',
    );
    expect(of('day', 'UTC', 86_400)).toContain('calendar day, UTC (at longest 1 d)');
  });
});
