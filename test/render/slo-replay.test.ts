import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildPlan } from '../../src/plan/build.ts';
import { replayCsv, replayJson, replayMarkdown, replayText } from '../../src/render/slo-replay.ts';
import { replayDocument } from '../../src/render/slo-replay-document.ts';
import { rulesOfPlan } from '../../src/rules/from-plan.ts';
import { replayFile } from '../../src/rules/replay-file.ts';
import type { ServiceObjective } from '../../src/rules/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import { coloured, plain } from './fixture.ts';

const plan = buildPlan({ spec: exampleSpec(), sets: [] });
const { objectives, cadence } = rulesOfPlan(plan);
const text = `start,end,ratio
2026-03-01T10:00:00Z,2026-03-01T10:10:00Z,15 %
2026-03-03T02:00:00Z,2026-03-03T02:00:45Z,1
`;
const report = replayFile(text, 'incidents.csv', objectives[0] as ServiceObjective, plan, cadence);

describe('a replay', () => {
  it('has a published schema that describes it completely', async () => {
    const schema = JSON.stringify(z.toJSONSchema(replayDocument, { io: 'input' }), null, 2);
    await expect(`${schema}\n`).toMatchFileSnapshot('../../schemas/slo-replay.json');
    const document = JSON.parse(JSON.stringify(replayJson(report)));
    expect(replayDocument.parse(document)).toEqual(document);
  });

  it('shows when each alert fired and cleared, and what was gone', () => {
    const shown = replayText(report, plain(100));
    expect(shown).toMatch(/^fast +page +2026-03-01T10:05:30Z +2026-03-01T10:15:00Z +9\.5 min +2\.\d+ %$/m);
    expect(shown).toMatch(/^drift +ticket +never$/m);
  });

  it('marks what nobody noticed', () => {
    expect(replayText(report, plain(100))).toMatch(/^2026-03-03T02:00:00Z +45 s .* nobody$/m);
    expect(replayText(report, coloured(100))).toContain('\u001b[31m2026-03-03T02:00:00Z');
    expect(replayMarkdown(report)).toContain('2, of which 1 unnoticed');
  });

  it.each([40, 60, 80])('fits a page of %d columns', (width) => {
    const lines = replayText(report, plain(width)).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  it('is exact in CSV, one line for each firing', () => {
    const [header, fast = ''] = replayCsv(report).split('\n');
    expect(header).toBe('alert,severity,fired_at,cleared_at,budget_spent');
    expect(fast).toMatch(/^fast,page,1772359530,1772360100,0\.02\d{10,}$/);
  });
});
