import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { exampleText } from '../../src/spec/example.ts';
import { readSpec } from '../../src/spec/read.ts';

const overridden = (name: string, text: string) =>
  buildPlan({
    spec: readSpec(
      exampleText.replace(/^ {2}worker:\n/m, (head) => `${head}    overrides:\n      ${name}: ${text}\n`),
      'headroom.yaml',
    ),
    sets: [],
  }).quantities.get(name);

function refusal(name: string, text: string): string {
  try {
    overridden(name, text);
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems.map(({ message }) => message).join('; ');
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an override of the spec', () => {
  it.each([['3 GB'], ['{value: 3 GB}'], ['{low: 2 GB, mid: 3 GB, high: 4 GB, confidence: 90 %}']])(
    'is quoted as it was written where it is refused: %s',
    (text) => {
      expect(refusal('worker.shellCpu', text)).toContain('"3 GB" is in B, but');
    },
  );

  it('takes a bare number in the unit that stands beside it', () => {
    expect(overridden('worker.shellCpu', '{unit: ms*core/req, value: 5}')?.value).toBe(0.005);
    expect(refusal('worker.shellCpu', '{unit: MB, value: 5}')).toContain('"5 MB" is in B');
  });

  it('keeps its interval in the unit of its value', () => {
    const text = '{low: 100 MB/process, mid: 120 MB/process, high: 150 MB/process, confidence: 90 %}';
    expect(overridden('worker.memory.perProcess', text)).toMatchObject({
      value: 120e6,
      uncertain: { low: 100e6, mid: 120e6, high: 150e6, confidence: 0.9 },
    });
  });
});
