import { describe, expect, it } from 'vitest';
import { essaySteps } from '../../src/render/arithmetic.ts';
import { fleetCsv, fleetMarkdown, fleetText } from '../../src/render/fleet.ts';
import { planDocument } from '../../src/render/plan-document.ts';
import { planJson } from '../../src/render/plan-json.ts';
import { exampleFile } from '../../src/spec/example.ts';
import { coloured, plain, plan } from './fixture.ts';

const view = { plan, findings: 3 };
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences.
const colour = /\u001b\[/;

describe('the fleet as text', () => {
  it.each([50, 60, 80, 100, 200])('never exceeds a page of %i columns', (width) => {
    const lines = fleetText(view, plain(width)).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  it('shows more columns where there is more room', () => {
    const titles = (width: number) =>
      fleetText(view, plain(width))
        .split('\n')
        .find((line) => /^tier +count/.test(line));
    expect(titles(60)).not.toContain('spare');
    expect(titles(120)).toContain('spare');
  });

  it('says for each tier what it must carry, what one carries and where that is from, however narrow the page', () => {
    const words = fleetText(view, plain(48)).replaceAll(/\s+/g, ' ');
    expect(words).toMatch(
      /demand 10,000 req\/s, each carries 320 req\/s \((measured|given|cited|assumed|derived)\)/,
    );
  });

  it('stacks the cells where the columns that must be shown do not fit side by side', () => {
    const text = fleetText(view, plain(48));
    expect(text).toMatch(/a gate with a rather long title\n {2}count +3 machines\n {2}binds +bandwidth/);
  });

  it('breaks no word', () => {
    const words = (text: string) => new Set(text.split(/\s+/));
    const wide = words(fleetText(view, plain(400)));
    expect([...words(fleetText(view, plain(60)))].filter((word) => !wide.has(word))).toEqual([]);
  });

  it('marks the constraint that binds and says which are not required', () => {
    const text = fleetText(view, plain(100));
    expect(text).toMatch(/> headroom +40/);
    expect(text).toMatch(/^ {2}throughput +32 {2}capacity/m);
    expect(text).toMatch(/zone loss +48 +not required: /);
  });

  it('writes no escape sequence where there are no colours, and some where there are', () => {
    expect(fleetText(view, plain(80))).not.toMatch(colour);
    expect(fleetText(view, coloured(80))).toMatch(colour);
  });

  it('lays the coloured text out as the plain one', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences.
    const bare = fleetText(view, coloured(80)).replace(/\u001b\[\d+m/g, '');
    expect(bare).toBe(fleetText(view, plain(80)));
  });

  it('counts the findings, shows the first of each severity, gravest first, and says how many more there are', () => {
    const text = fleetText(view, plain(100));
    expect(text).toContain('Findings: 2 errors, 4 warnings, 1 piece of advice');
    expect(text.indexOf('error-1')).toBeLessThan(text.indexOf('w1'));
    expect(text).toContain('headroom.yaml:4:7');
    expect(text).not.toContain('w4');
    expect(text).toContain('1 more: --findings shows all');
    expect(fleetText({ ...view, findings: 9 }, plain(100))).toContain('w4');
  });

  it('sets the counts from the cited rate beside a plan from a measurement', () => {
    const cited = { ...plan, tiers: plan.tiers.map((tier) => ({ ...tier, count: tier.count + 7 })) };
    const text = fleetText({ ...view, cited }, plain(100));
    expect(text).toMatch(/resize workers +40 machines +headroom +47/);
  });
});

describe('the fleet as Markdown', () => {
  it('keeps every table row at the number of cells of its header', () => {
    const tables = fleetMarkdown(view)
      .split('\n\n')
      .filter((block) => block.startsWith('|'));
    const cells = (line: string) => line.replaceAll('\\|', '').split('|').length;
    for (const table of tables) expect(new Set(table.split('\n').map(cells)).size).toBe(1);
    expect(tables).toHaveLength(4);
  });
});

describe('the fleet as CSV', () => {
  it('holds exact values and one row a tier', () => {
    const [head, ...rows] = fleetCsv(view).trim().split('\n');
    expect(head).toBe(
      'tier,title,count,counted,binds,demand,demand_unit,capacity,capacity_unit,spare,spare_unit',
    );
    expect(rows[0]).toBe('worker,resize workers,40,machine,headroom,10000,req/s,320,req/s,0.21875,1');
    expect(rows).toHaveLength(plan.tiers.length);
  });

  it('quotes what holds commas and quotation marks', () => {
    const [first] = plan.tiers;
    const tiers = first ? [{ ...first, title: 'big, "old" ones' }] : [];
    expect(fleetCsv({ ...view, plan: { ...plan, tiers } })).toContain('worker,"big, ""old"" ones",40');
  });
});

describe("the essay's own arithmetic", () => {
  const shown = (changes: Partial<typeof plan> = {}) =>
    fleetText({ ...view, plan: { ...plan, ...changes } }, plain(120));
  const otherPeak = new Map(
    [...plan.quantities].map(([name, quantity]) => [
      name,
      name === 'workload.peak' ? { ...quantity, value: 5000 } : quantity,
    ]),
  );

  it("holds the essay's numbers beside those of the plan, whatever the plan is", () => {
    expect(shown()).toMatch(/worker\.throughputPerCore +10 req\/s\/core +20 req\/s\/core +"10 conversions/);
    expect(shown()).toMatch(/worker\.busyCores +1,000 cores +500 cores/);
    expect(shown()).toContain('It assumes 10K RPS per region, 256 KB an image');
  });

  it('is left out of the plan of another workload', () => {
    expect(shown({ quantities: otherPeak })).not.toContain('own arithmetic');
    expect(fleetMarkdown({ ...view, plan: { ...plan, quantities: otherPeak } })).not.toContain(
      'own arithmetic',
    );
  });

  it('stays with the built-in example when one of its quantities was set', () => {
    const text = shown({ spec: { file: exampleFile }, quantities: otherPeak });
    expect(text).toContain("The essay's own arithmetic");
  });

  it('has numbers that follow from what the essay assumes', () => {
    const of = (name: string) => essaySteps.find((step) => step.name === name)?.value;
    expect(of('worker.busyCores')).toBe(10_000 / 10);
    expect(of('worker.machines.throughput')).toBe(Math.ceil(1000 / 32));
    expect(of('worker.machines.headroom')).toBe(Math.ceil(1000 / 32 / 0.8));
    expect(of('worker.machines.markup')).toBe(Math.ceil(32 * 1.2));
    expect(of('api.servers.throughput')).toBe(10_000 / 5000);
  });
});

describe('the plan as JSON', () => {
  it('is what the published schema says, nothing missing and nothing more', () => {
    const document = JSON.parse(JSON.stringify(planJson(plan, plan)));
    expect(planDocument.parse(document)).toEqual(document);
  });

  it('keeps numbers exact', () => {
    expect(planJson(plan).quantities['gate.demand']?.value).toBe(20_480_000_000);
  });

  it('holds the structured inputs by name, with kind, meaning, origin and data', () => {
    expect(planJson(plan).objects?.['workload.traffic']).toEqual({
      type: 'traffic',
      meaning: 'share of the peak rate in each hour of the day',
      origin: { kind: 'given', file: 'headroom.yaml', line: 8, column: 3 },
      value: { hourly: [0.5, 1] },
    });
  });

  it('leaves the sheet out', () => {
    expect(planJson(plan)).not.toHaveProperty('sheet');
  });
});
