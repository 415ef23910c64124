import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { targets } from '../../src/emit/types.ts';
import { repository } from './checks/tree.ts';

const folder = join(repository, 'templates');

/** A value of YAML that is a number, or a number as a setting in a line format; with the unit that it may have. */
const yamlNumber = /:\s+["']?-?\d[\d_.]*(?:ms|s|m|h|d|Ki|Mi|Gi|Ti|k|M|G|%)?["']?\s*[,}\]]?\s*(?:#|$)/;
const lineNumber = /(?:^|[\s=:])-?\d[\d.]*(?:ms|s|m|h|d|k|kb|mb|gb|%)?(?=\s|$|,|;)/;

describe('a number that is typed into a template', () => {
  it.each(targets)('says why it is fixed, in %s', (target) => {
    expect(typedNumbers(target)).toEqual([]);
  });
});

function typedNumbers(target: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(join(folder, target), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return entries
    .filter((path) => /\.(ya?ml|eta)$/.test(path) && !/(README\.md|Dockerfile|\.cql|\.sql)/.test(path))
    .flatMap((path) =>
      readFileSync(join(folder, target, path), 'utf8')
        .split('\n')
        .flatMap((line, index, all) => {
          // Some formats have no comment at the end of a line: then it stands above.
          const reason = /fixed: /.test(line) || /^\s*#.*fixed: /.test(all[index - 1] ?? '');
          return isTyped(path, line) && !reason ? [`${target}/${path}:${index + 1} ${line.trim()}`] : [];
        }),
    );
}

function isTyped(path: string, line: string): boolean {
  const plain = line
    .replace(/<%.*?%>/g, 'x')
    .replace(/!(plan|text|join)\b.*$/, '')
    // An address is no number, and conditions of templates are no settings.
    .replaceAll(/\b\d+\.\d+\.\d+\.\d+\b/g, 'x')
    .replace(/^(\s*)(above|is): .*$/, '$1');
  if (/^\s*(#|\/\/|--)/.test(plain)) return false;
  return (path.endsWith('.eta') ? lineNumber : yamlNumber).test(plain.replace(/\s#.*$/, ''));
}
