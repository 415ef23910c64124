import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { rulesOfPlan } from '../../src/rules/from-plan.ts';
import { replayFile } from '../../src/rules/replay-file.ts';
import type { ServiceObjective } from '../../src/rules/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';

const plan = buildPlan({ spec: exampleSpec(), sets: [] });
const { objectives, cadence } = rulesOfPlan(plan);
const [availability] = objectives as [ServiceObjective];
const replayed = (text: string) => replayFile(text, 'f.csv', availability, plan, cadence);

function messages(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('a file of incidents', () => {
  const text = 'start,end,ratio\n2026-03-01T10:00:00Z,2026-03-01T10:10:00Z,15 %\n';

  it('is laid over the traffic of the plan, in whole days', () => {
    const { kind, replay, stepSeconds } = replayed(text);
    expect(kind).toBe('incidents');
    expect(stepSeconds).toBe(15);
    const days = (replay.to - replay.from) / 86_400;
    expect(Number.isInteger(days)).toBe(true);
    const mean = replay.events / days;
    // A mean of 1 where the peak is 1.8 times as much.
    expect(mean).toBeCloseTo((10_000 / 1.8) * 86_400, -3);
  });

  it('has the longest window as history before the first incident and time to clear after the last', () => {
    const { replay } = replayed(text);
    const start = Date.UTC(2026, 2, 1, 10) / 1000;
    expect(start - replay.from).toBeGreaterThanOrEqual(3 * 86_400);
    expect(replay.to - start).toBeGreaterThanOrEqual(3 * 86_400);
    expect(
      replay.alerts.every(({ firings }) => firings.every(({ clearedAt }) => clearedAt !== undefined)),
    ).toBe(true);
    expect(replay.alerts[0]?.firings.length).toBe(1);
  });

  it('that spans years is refused before it fills the memory', () => {
    const long = `${text}2029-03-01T10:00:00Z,2029-03-01T10:10:00Z,1\n`;
    expect(messages(() => replayed(long))[0]).toMatch(/^the incidents lie within \d+ days/);
  });
});

describe('a file of intervals', () => {
  it('says which alerts cannot see it, and which see only a part of their window', () => {
    const { limits, kind } = replayed('time,total,bad\n3600,100,2\n7200,100,0\n');
    expect(kind).toBe('intervals');
    expect(limits.length).toBe(2);
    expect(limits[0]).toContain('too far apart for fast, medium:');
    expect(limits[1]).toContain('less than the long window of medium, slow, drift:');
  });

  it('that is fine and long enough has no limits', () => {
    const rows = Array.from({ length: 3 * 24 * 60 }, (_, i) => `${60 * (i + 1)},100,0`).join('\n');
    expect(replayed(`time,total,bad\n${rows}\n`).limits).toEqual([]);
  });

  it('without any event is refused', () => {
    expect(messages(() => replayed('time,total,bad\n60,0,0\n120,0,0\n'))).toEqual([
      'the file has no events, so there is no budget to spend',
    ]);
  });
});
