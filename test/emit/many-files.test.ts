import { describe, expect, it } from 'vitest';
import { renderTarget } from '../../src/emit/render-target.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { exampleInput } from './fixture.ts';
import { smallInput } from './local-tree.ts';

function rendered(files: Readonly<Record<string, string>>, input = exampleInput()) {
  const templates = Object.entries(files).map(([path, text]) => ({ path, text, shown: `templates/${path}` }));
  return new Map(renderTarget(input, templates).map(({ path, text, reads }) => [path, { text, reads }]));
}

describe('templates of many files and texts', () => {
  it('give one file for each item of the list in the path, with its number', () => {
    const files = rendered({ 'n-__queue.nodes.count__.conf.eta': "name: n<%= it.value('node') %>\n" });
    expect([...files.keys()]).toEqual(['n-1.conf', 'n-2.conf', 'n-3.conf']);
    expect(files.get('n-2.conf')?.text).toContain('name: n2\n');
    // The list says which files there are, and nothing of what is in them.
    expect(files.get('n-2.conf')?.reads).toEqual([]);
  });

  it('name the template where the path has an unknown list', () => {
    expect(() => rendered({ 'n-__queue.node.count__.conf.eta': 'x\n' })).toThrow(InvalidInput);
    expect(() => rendered({ 'n-__queue.node.count__.conf.eta': 'x\n' })).toThrow(
      'did you mean queue.nodes.count?',
    );
  });

  it('join a text over a list, in YAML and in lines', () => {
    const yaml =
      'url: !join {in: queue.nodes.count, as: n, text: "nats://q-{{n}}:{{local.port.queue + n}}", by: ","}\n';
    const lines = "<%= it.join('queue.nodes.count', 'n', 'q-{{n}}', ' ') %>\n";
    const files = rendered({ 'a.yaml': yaml, 'b.conf.eta': lines });
    expect(files.get('a.yaml')?.text).toContain('url: nats://q-1:20101,nats://q-2:20102,nats://q-3:20103\n');
    expect(files.get('b.conf')?.text).toContain('q-1 q-2 q-3\n');
    expect(files.get('a.yaml')?.reads).toEqual(
      expect.arrayContaining(['local.port.queue', 'queue.nodes.count']),
    );
  });

  it('add pure numbers only', () => {
    expect(() => rendered({ 'a.yaml': 'a: !plan worker.deadline + local.port.api\n' })).toThrow(
      'worker.deadline is in s, and a sum is of pure numbers',
    );
    expect(() => rendered({ 'a.yaml': 'a: !plan region.name + local.port.api\n' })).toThrow('is a text');
  });

  it('take in another template as a tree, with the variables around the tag', () => {
    const files = rendered({
      'a.yaml': 'list:\n  - !each {in: queue.nodes.count, as: n, do: !part _b.yaml}\n',
      '_b.yaml': 'port: !plan local.port.queue + n as count # {{n}}\n',
    });
    expect(files.get('a.yaml')?.text).toContain('  - port: 20101 # 1\n  - port: 20102 # 2\n');
  });

  it('render overlays/small from the small plan, and say so in its header', () => {
    const small = smallInput('compose');
    const text = 'count: !plan worker.machines.count as count\n';
    const input = exampleInput({ small: { ...small, target: 'kubernetes', made: [] } });
    const files = rendered({ 'base/a.yaml': text, 'overlays/small/a.yaml': text }, input);
    expect(files.get('base/a.yaml')?.text).toContain('count: 40\n');
    expect(files.get('overlays/small/a.yaml')?.text).toContain('count: 1\n');
    expect(files.get('overlays/small/a.yaml')?.text).toContain(`Scaled to ${small.scale?.name}`);
    expect(files.get('base/a.yaml')?.text).not.toContain('Scaled');
  });
});
