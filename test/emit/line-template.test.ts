import { describe, expect, it } from 'vitest';
import { renderLines } from '../../src/emit/line-template.ts';
import { exampleScope, problemOf as refusal } from './fixture.ts';

function render(text: string): string {
  return renderLines({ path: 'x.cfg.eta', shown: 'templates/x.cfg.eta', text }, exampleScope());
}

const problemOf = (text: string) => refusal(() => render(text));

describe('a line template', () => {
  it('writes values, loops and conditions', () => {
    const text =
      "timeout <%= it.value('api.deadline as milliseconds') %>\n<% for (const zone of it.list('zones')) { -%>\nserver <%= zone %>\n<% } -%>\nend\n";
    expect(render(text)).toBe('timeout 15954\nserver a\nserver b\nserver c\nend\n');
  });

  it('names the line of what does not exist instead of writing undefined', () => {
    expect(problemOf("a\nb\nc <%= it.value('api.nothing') %>\n")).toMatchObject({
      code: 'bad-template',
      file: 'templates/x.cfg.eta',
      line: 3,
      message: 'the plan has no "api.nothing"',
    });
    expect(problemOf('a\n<%= it.vlaue %>')).toMatchObject({ line: 2, message: 'a tag gives undefined' });
    expect(problemOf('a\n<%= nothing %>')).toMatchObject({ line: 2, message: 'nothing is not defined' });
  });

  it('does not escape: these formats have no HTML', () => {
    expect(render("<%= '<a & b>' %>")).toBe('<a & b>');
  });
});
