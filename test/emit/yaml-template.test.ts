import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { createRecorder, namesIn } from '../../src/emit/recorder.ts';
import type { Scope } from '../../src/emit/scope.ts';
import { renderDocuments, renderYaml } from '../../src/emit/yaml-template.ts';
import { buildPlan } from '../../src/plan/build.ts';
import { exampleInput, exampleScope, problemOf as refusal } from './fixture.ts';

const include = (name: string): string => {
  if (name === 'known') return 'first\nsecond\n';
  throw new RangeError(`there is no template ${name}`);
};

function render(text: string, scope = exampleScope()): string {
  return renderYaml(templateOf(text), scope, include);
}

const templateOf = (text: string) => ({ path: 't.yaml', shown: 'templates/t.yaml', text });

const problemOf = (text: string) => refusal(() => render(text));

describe('a YAML template', () => {
  it('replaces tags by values of the plan', () => {
    expect(render('replicas: !plan worker.machines.count as count\n')).toBe('replicas: 40\n');
    expect(parse(render('m: !plan worker.memory.limit as Mi'))).toEqual({ m: '146Mi' });
  });

  it('fills values into texts, keys and comments, and leaves comments in place', () => {
    const text =
      'a: 1 # {{worker.machines.count as display}}\n# of {{service.name}}\n!text "{{service.name}}-x": !text "n{{worker.machines.count}}"\n';
    expect(render(text)).toBe('a: 1 # 40 machines\n# of image-resize\nimage-resize-x: n40\n');
  });

  it('names template, line and column where the plan has no such value, and what was meant', () => {
    expect(problemOf('a:\n  b: !plan worker.machine.count\n')).toMatchObject({
      code: 'bad-template',
      file: 'templates/t.yaml',
      line: 2,
      column: 12,
      message: 'the plan has no "worker.machine.count"; did you mean worker.machines.count?',
    });
  });

  it.each([
    ['a: !plan worker.machines.count as Mi', 'as Mi needs a unit of B'],
    ['a: !plan worker.deadline as weeks', '"weeks" is no format'],
    ['a: !plam worker.deadline', '!plam is no tag of templates'],
    ['a: "{{worker.deadline}}"', '{{...}} needs the tag !text'],
    ['- !each {in: zones, as: zone}', '!each needs the key "do"'],
    ['- !each {in: zones, as: zone, of: 1}', '!each has no key "of"'],
    ['a: !each {in: zones, as: zone, do: 1}', '!each gives many values'],
    ['- !when {then: 1}', '!when needs the key "if"'],
    ['a: !file other', 'there is no template other'],
    ['a: !made rules', 'the plan has no "rules"'],
    ['a: [1, 2', 'Flow sequence'],
    ['# {{worker.nothing}}\na: 1', 'the plan has no "worker.nothing"'],
  ])('refuses %s', (text, message) => {
    expect(problemOf(text)?.message).toContain(message);
  });

  it('repeats in sequences and under keys that vary', () => {
    expect(parse(render('- 0\n- !each {in: zones, as: zone, do: !text "z-{{zone}}"}\n- 9'))).toEqual([
      0,
      'z-a',
      'z-b',
      'z-c',
      9,
    ]);
    const text = '!text "n{{i}}": !each {in: queue.nodes.count, as: i, do: {id: !plan i}}';
    expect(parse(render(text))).toEqual({ n1: { id: 1 }, n2: { id: 2 }, n3: { id: 3 } });
  });

  it('counts from 0 where that is asked', () => {
    expect(parse(render('- !each {in: queue.nodes.count from 0, as: i, do: !text "n{{i}}"}'))).toEqual([
      'n0',
      'n1',
      'n2',
    ]);
  });

  it('takes in a template with the variables of the loop around it, as a line, or as a hash that follows it', () => {
    const echo = (name: string, scope: Scope) => `${name} ${scope.value('i')}\n`;
    const text =
      '!text "f{{i}}": !each {in: api.servers.count from 0, as: i, do: {whole: !file f, line: !line f, hash: !hash f}}';
    const made = parse(renderYaml({ path: 't.yaml', shown: 'templates/t.yaml', text }, exampleScope(), echo));
    expect(made.f1).toEqual({ whole: 'f 1\n', line: 'f 1', hash: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(made.f1.hash).not.toBe(made.f0.hash);
  });

  it('knows which region is the first', () => {
    expect(parse(render('- !plan region.home\n- !plan region.home.name'))).toEqual([true, 'main']);
  });

  it('nests loops', () => {
    const text =
      '- !each {in: zones, as: z, do: {z: !plan z, n: [!each {in: api.servers.count, as: i, do: !text "{{z}}{{i}}"}]}}';
    expect(parse(render(text))[1]).toEqual({ z: 'b', n: ['b1', 'b2', 'b3'] });
  });

  it('leaves out what does not apply, with its comment', () => {
    const text =
      '# only in spring\na: !when {if: worker.machines.count, above: 40, then: 1}\nb: !when {if: target, is: kubernetes, then: 2}\n';
    expect(render(text)).toBe('b: 2\n');
    expect(parse(render('- !when {if: workload.surge, then: 1}'))).toEqual([]);
    expect(parse(render('a: !when {if: worker.machines.count, is: 1, then: one, else: many}'))).toEqual({
      a: 'many',
    });
  });

  it('drops a document that does not apply and keeps the others apart', () => {
    expect(render('a: 1\n---\n!when {if: workload.surge, then: {b: 1}}\n---\nc: 3\n')).toBe(
      'a: 1\n---\nc: 3\n',
    );
  });

  it('takes in other templates as a text, and made texts as a tree', () => {
    const deadline = { names: ['api.deadline'], text: '1', again: () => '1' };
    const made = [{ name: 'rules', path: 'x', text: 'groups: [1]', said: new Map([['a', deadline]]) }];
    const recorder = createRecorder();
    const scope = exampleScope(recorder, exampleInput({ made }));
    expect(parse(render('a: !file known\nb: !tree rules\nc: !made rules', scope))).toEqual({
      a: 'first\nsecond\n',
      b: { groups: [1] },
      c: 'groups: [1]',
    });
    expect(namesIn(recorder.said.values())).toEqual(['api.deadline']);
  });

  it.each([
    ['in a map', 'a: {}\nspec: !tree rules\n', { a: {}, spec: '*' }],
    ['deep in maps', 'a:\n  b:\n    c: !tree rules\n    d: 1\n', { a: { b: { c: '*', d: 1 } } }],
    ['in a sequence', '- !tree rules\n- 2\n', ['*', 2]],
    ['in flow style', 'a: [!tree rules, {b: !tree rules}]\n', { a: ['*', { b: '*' }] }],
    ['as the document', '!tree rules\n', '*'],
    ['below a comment', 'a:\n  # why\n  b: !tree rules # so\n  c: 1\n', { a: { b: '*', c: 1 } }],
  ])('reads a made text as a tree %s, and knows what it reads as', (_where, template, expected) => {
    const value = { groups: [{ name: 'a: b', text: 'one\n\n  two\n' }, {}], more: [] };
    const filled = JSON.parse(JSON.stringify(expected).replaceAll('"*"', JSON.stringify(value)));
    const text = stringify(value);
    for (const values of [undefined, [value]]) {
      const made = [{ name: 'rules', text, said: new Map(), ...(values ? { values } : {}) }];
      const scope = exampleScope(createRecorder(), exampleInput({ made }));
      expect(parse(render(template, scope))).toEqual(filled);
      const [document] = renderDocuments(templateOf(template), scope, () => '');
      expect(document?.toJS()).toEqual(filled);
    }
  });

  it('is not broken by a hostile name of the service', () => {
    const input = exampleInput();
    const hostile = 'x: y #z\n evil: 1\n{{worker.deadline}} !plan';
    const scope = exampleScope(createRecorder(), { ...input, plan: { ...input.plan, name: hostile } });
    const text = render(
      '# {{service.title}}\ntitle: !plan service.title\nname: !plan service.name\nsaid: !text "<{{service.title}}>"',
      scope,
    );
    expect(parse(text)).toEqual({
      title: hostile,
      name: 'x-y-z-evil-1-worker-d-b66f8616',
      said: `<${hostile}>`,
    });
  });

  it('remembers from which quantities it said something, and nothing of what it left out', () => {
    const recorder = createRecorder();
    render(
      '# {{worker.deadline}}\na: !plan api.deadline\n# {{queue.maxAge}}\nb: !when {if: workload.surge, then: !plan queue.ackWait}',
      exampleScope(recorder),
    );
    expect(namesIn(recorder.said.values())).toEqual(['api.deadline', 'worker.deadline', 'workload.surge']);
  });

  it('knows what it would have said of another plan', () => {
    const recorder = createRecorder();
    render(
      'a: !plan worker.machines.count as count\nb: !when {if: worker.machines.count, above: 60, then: many}',
      exampleScope(recorder),
    );
    const input = exampleInput();
    const spec = { ...input.spec, workload: { ...input.spec.workload } };
    const peak = { ...spec.workload.peak, value: 2 * spec.workload.peak.value, exact: '20000' };
    const twice = buildPlan({ spec: { ...spec, workload: { ...spec.workload, peak } }, sets: [] });
    const said = [...recorder.said.values()];
    expect(said.map(({ text }) => text)).toEqual(['40', 'false']);
    expect(said.map(({ again }) => again({ ...input, plan: twice }))).toEqual(['79', 'true']);
  });
});
