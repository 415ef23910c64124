import { describe, expect, it } from 'vitest';
import { explain } from '../../src/sheet/explain.ts';
import { formulaLatex } from '../../src/sheet/latex.ts';
import { loadSheet } from '../../src/sheet/load.ts';
import type { Explanation, SheetFunction } from '../../src/sheet/types.ts';
import { formula, input, withMore, workers } from './fixtures.ts';

const sheet = loadSheet(workers);
const values = sheet.evaluate();

describe('explain', () => {
  it('shows value, unit, formula and inputs down to the origins', () => {
    const tree = explain(sheet, values, 'worker.machines.headroom');
    expect(tree).toMatchObject({
      value: 40,
      unit: 'machine',
      display: '40 machines',
      origin: { kind: 'derived' },
    });
    expect(tree.inputs.map(({ name, display }) => [name, display])).toEqual([
      ['worker.busyCores', '1,000 cores'],
      ['machine.cores', '32 core/machine'],
      ['policy.headroom', '20 %'],
    ]);
    expect(tree.inputs[2]).toMatchObject({ value: 0.2, unit: '1', origin: { kind: 'assumed' }, inputs: [] });
  });

  it('gives values in the prefix-free unit', () => {
    expect(explain(sheet, values, 'loadBalancer.bandwidth.in')).toMatchObject({
      value: 20.48e9,
      unit: 'bit/s',
      display: '20.5 Gbit/s',
    });
  });

  it('shows the interval of an uncertain value in the unit of the value', () => {
    const uncertain = { low: 8, mid: 10, high: 12, confidence: 0.9 };
    const time = { ...input('time', 10, 'ms'), uncertain };
    const only = loadSheet({ functions: [], declarations: [time] });
    expect(explain(only, only.evaluate(), 'time')).toMatchObject({
      value: 0.01,
      unit: 's',
      uncertain: { low: 0.008, mid: 0.01, high: 0.012, confidence: 0.9 },
      interval: { low: '8 ms', high: '12 ms', confidence: '90 %' },
    });
  });

  it('ends in origins only, for every quantity', () => {
    const leaves = (tree: Explanation): Explanation[] =>
      tree.inputs.length === 0 ? [tree] : tree.inputs.flatMap(leaves);
    for (const name of sheet.quantities.keys()) {
      for (const leaf of leaves(explain(sheet, values, name))) expect(leaf.origin.kind).not.toBe('derived');
    }
  });

  it('shows objects with their data', () => {
    const [mix] = explain(sheet, values, 'payload.scaled').inputs;
    expect(mix).toEqual({
      name: 'payload.mix',
      meaning: 'meaning of payload.mix',
      type: 'mix',
      object: [0.5, 1.5],
      origin: { kind: 'assumed', why: 'a test' },
      inputs: [],
    });
  });

  it('stays small where paths multiply', () => {
    const steps = Array.from({ length: 60 }, (_, n) =>
      formula(`q.n${n + 1}`, '1', `q.n${n} / 2 + side.n${n} / 2`),
    );
    const sides = Array.from({ length: 60 }, (_, n) => formula(`side.n${n}`, '1', `q.n${n}`));
    const ladder = loadSheet({ functions: [], declarations: [input('q.n0', 1, '1'), ...steps, ...sides] });
    const tree = explain(ladder, ladder.evaluate(), 'q.n60');
    expect(tree.value).toBe(1);
    expect(tree.inputs[0]).toBe(tree.inputs[1]?.inputs[0]);
  });

  it('refuses unknown names', () => {
    expect(() => explain(sheet, values, 'worker.nothing')).toThrow('no quantity "worker.nothing"');
  });
});

describe('formulaLatex', () => {
  it('writes the formula as an equation with readable names', () => {
    expect(formulaLatex(sheet, 'worker.machines.throughput')).toBe(
      '\\mathrm{worker.machines.throughput} = ' +
        '\\left\\lceil \\frac{\\mathrm{worker.busyCores}}{\\mathrm{machine.cores}}\\right\\rceil ',
    );
  });

  it('uses the LaTeX command of a function, or its name in upright letters', () => {
    const own: SheetFunction = {
      name: 'erlang',
      meaning: '',
      parameters: ['1'],
      result: '1',
      latex: 'C',
      evaluate: (x: number) => x,
    };
    const more = loadSheet({
      functions: [...workers.functions, own],
      declarations: withMore(formula('probe', '1', 'max(erlang(2), clamp(1, 0, 2), sqrt(4), 5 min / 1 h)'))
        .declarations,
    });
    expect(formulaLatex(more, 'probe')).toBe(
      '\\mathrm{probe} = \\max\\left(C\\left(2\\right), \\operatorname{clamp}\\left(1, 0, 2\\right), ' +
        '\\sqrt{4}, \\frac{5~\\mathrm{min}}{1~\\mathrm{h}}\\right)',
    );
  });

  it('has nothing to say of inputs and refuses unknown names', () => {
    expect(formulaLatex(sheet, 'policy.headroom')).toBeUndefined();
    expect(() => formulaLatex(sheet, 'policy.head')).toThrow(RangeError);
  });

  it('balances its braces for every formula', () => {
    for (const { name, formula: text } of sheet.quantities.values()) {
      if (text === undefined) continue;
      const latex = formulaLatex(sheet, name) ?? '';
      expect(latex.split('{').length).toBe(latex.split('}').length);
      expect(latex.split('\\left').length).toBe(latex.split('\\right').length);
    }
  });
});
