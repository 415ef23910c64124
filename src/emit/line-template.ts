import { Eta } from 'eta';
import { interpolate, joined } from './interpolate.ts';
import { templateError } from './place.ts';
import type { Scope } from './scope.ts';
import type { Template, Value } from './types.ts';

/**
 * Renders a template of a line format (haproxy.cfg, nats.conf, Dockerfile, Markdown) with Eta. Its one variable is
 * `it`, the scope: `<%= it.value('queue.ackWait as duration') %>`, `<% for (const zone of it.list('zones')) { %>`.
 *
 * Nothing is ever printed as `undefined`: a name that does not exist, or a variable that is misspelt, is an error at
 * its line. Throws InvalidInput.
 */
export function renderLines(template: Template, scope: Scope): string {
  let line = 1;
  const eta = new Eta({ autoEscape: false, useWith: false, autoTrim: false, rmWhitespace: false });
  const it = {
    value: (expression: string) => oneLine(scope.value(expression)),
    list: (expression: string) => scope.list(expression),
    join: (list: string, variable: string, text: string, by: string) =>
      joined(scope, { items: scope.list(list), variable, text, by }),
    fill: (text: string, variable: string, item: Value) => interpolate(text, scope.with(variable, item)),
    text: (name: string) => scope.made(name).text,
    line: (number: number) => {
      line = number;
      return '';
    },
    show: (value: unknown) => {
      if (value === undefined || value === null || Number.isNaN(value)) {
        throw new RangeError(`a tag gives ${String(value)}`);
      }
      return value;
    },
  };
  try {
    return eta.renderString(withLines(template.text), it);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw templateError(
      { file: template.shown, line, column: 1 },
      message,
      'headroom plan --format json lists every name of the plan',
    );
  }
}

/** Each tag first says on which line it stands, and each value passes `show`: Eta prints undefined otherwise. */
function withLines(text: string): string {
  let line = 1;
  let from = 0;
  return text.replace(/<%([-_]?)(=|~)?([\s\S]*?)([-_]?)%>/g, (_, open, kind, code, close, at: number) => {
    line += text.slice(from, at).split('\n').length - 1;
    from = at;
    if (kind === undefined) return `<%${open} it.line(${line}); ${code} ${close}%>`;
    return `<%${open}~ it.line(${line}) + it.show(${code.trim()}) ${close}%>`;
  });
}

/** What people wrote must not begin a line of its own: it would be a setting. */
function oneLine(value: Value): Value {
  return typeof value === 'string' ? value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ') : value;
}
