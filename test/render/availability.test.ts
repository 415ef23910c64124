import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { availabilityCsv, availabilityMarkdown, availabilityText } from '../../src/render/availability.ts';
import { availabilityDocument } from '../../src/render/availability-document.ts';
import { availabilityJson } from '../../src/render/availability-json.ts';
import { curvePlot } from '../../src/render/availability-plot.ts';
import { availabilityOf, exampleWith, pieces } from '../plan/availability/planned.ts';

const availability = availabilityOf();
const view = { availability, findings: Number.POSITIVE_INFINITY, inputs: true };
const page = (width: number) => ({ width, palette: pc.createColors(false) });

describe('the published schema of an availability plan', () => {
  it('is the one that the output is typed by', async () => {
    const schema = JSON.stringify(z.toJSONSchema(availabilityDocument, { io: 'input' }), null, 2);
    await expect(`${schema}\n`).toMatchFileSnapshot('../../schemas/availability.json');
  });

  it('describes the output completely, infinities as null', () => {
    const document = JSON.parse(JSON.stringify(availabilityJson(availability)));
    expect(availabilityDocument.parse(document)).toEqual(document);
    const lost = document.recovery.flatMap((each: { mishaps: unknown[] }) => each.mishaps);
    expect(lost.some((each: { worstLossSeconds: unknown }) => each.worstLossSeconds === null)).toBe(true);
  });

  it('holds one question where one was asked for', () => {
    expect(availabilityJson(availability, 'mission').tables.map(({ question }) => question)).toEqual([
      'mission',
    ]);
  });
});

describe('the availability for people', () => {
  it.each([40, 60, 80, 120])('fits a page of %d columns', (width) => {
    // Some names of inputs are longer than 40 columns.
    const lines = availabilityText({ ...view, inputs: width > 40 }, page(width)).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  it('sets the three numbers, the factor and the owner side by side on a usual terminal', () => {
    const text = availabilityText(view, page(80));
    expect(text).toMatch(/tier +naive P\^N +correlated +factor +proved +owned by/);
    expect(text).toMatch(/api +1\.00e-6 +6\.\d\de-4 +6\d\d +2\.91e-3 +single machines/);
  });

  it('shows the three readings of the API tier, and a mending', () => {
    const text = availabilityText(view, page(200));
    expect(text).toContain(
      'P^3, as if one were enough and nothing were shared: down with chance 1.00e-6, up 99.9999 %, meets 99.99 %',
    );
    expect(text).toContain(
      '2 of 3 independent servers, which the load needs: down with chance 2.98e-4, up 99.97 %, misses 99.99 %',
    );
    expect(text).toMatch(
      /correlated: down with chance 6\.\d\de-4.*misses 99\.99 %.*owned by single machines/,
    );
    expect(text).toContain('cheapest that suffices');
  });

  it('leaves questions out that were not asked, and inputs unless they were', () => {
    const text = availabilityText({ ...view, question: 'steady', inputs: false }, page(100));
    expect(text).toContain('In the long run');
    expect(text).not.toContain('Within the mission');
    expect(text).not.toContain('Where the numbers come from');
  });

  it('prints no float noise', () => {
    expect(availabilityText(view, page(300))).not.toMatch(/\d\.\d{9,}|NaN|undefined|Infinity/);
  });
});

describe('the availability in other formats', () => {
  it('is a section of Markdown with every table, the curve among them', () => {
    const text = availabilityMarkdown(view);
    expect(text.match(/^### /gm)?.length).toBeGreaterThan(9);
    expect(text).toContain('| N | naive P^N | correlated | factor | proved |');
    expect(text).toContain('### Where the numbers come from');
  });

  it('is in CSV one question with exact numbers, the long run unless another is asked for', () => {
    const [head, ...rows] = availabilityCsv(view).trim().split('\n');
    expect(head).toMatch(/^question,tier,needed,machines,naive,independent,correlated,factor/);
    expect(rows).toHaveLength(12);
    expect(rows.every((row) => row.startsWith('steady,'))).toBe(true);
    expect(availabilityCsv({ ...view, question: 'instant' })).toContain('instant,api,2,3,');
  });
});

describe('the plot of replicas', () => {
  it('draws P^N falling and the correlated truth on its floor', () => {
    const points = [1, 2, 3, 4].map((replicas) => ({
      replicas,
      naive: 0.01 ** replicas,
      correlated: Math.max(0.01 ** replicas, 1e-4),
      factor: 1,
      demonstrated: { kind: 'none' as const },
    }));
    const lines = curvePlot({ points, floor: 1e-4 }, 80);
    const rowOf = (label: string) => lines.find((line) => line.startsWith(label.padStart(7))) ?? '';
    expect(rowOf('1e-4').match(/#/g)).toHaveLength(3);
    expect(rowOf('1e-4')).toContain('--');
    expect(rowOf('1e-8')).toMatch(/^ +1e-8 \| +o$/);
  });

  it('has no marks for what is never down or deeper than anybody asks, and stays on the page', () => {
    const at = (replicas: number, naive: number, correlated: number) => ({
      ...{ replicas, naive, correlated, factor: 1 },
      demonstrated: { kind: 'none' as const },
    });
    const never = curvePlot({ points: [at(1, 0, 1e-4), at(2, 0, 0)], floor: 0 }, 80);
    expect(never.join('\n')).not.toContain('o');
    expect(never.filter((line) => line.includes('#'))).toHaveLength(1);
    const deep = curvePlot({ points: [at(1, 1e-11, 1e-11), at(7, 1e-77, 1e-20)], floor: 0 }, 80);
    expect(deep.length).toBeLessThan(16);
    const seven = [1, 2, 3, 4, 5, 6, 7].map((replicas) => at(replicas, 0.01 ** replicas, 1e-4));
    const widths = curvePlot({ points: seven, floor: 1e-4 }, 40).map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(40);
  });

  it('is drawn of machines that never fail, and of those that hardly do', () => {
    for (const share of ['0 %', '0.000000001 %']) {
      const made = availabilityOf(exampleWith([pieces.machine, `    unavailability: ${share}\n`]));
      const text = availabilityText({ ...view, availability: made }, page(80));
      expect(text).toContain('Replicas, one of which is enough');
    }
  });
});
