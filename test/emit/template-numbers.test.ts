import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from './checks/tree.ts';
import { anywhere, fixedNumbers } from './fixed-numbers.ts';

const folder = join(repository, 'templates');

/** Digits that stand by themselves, with or without a unit: no part of a name such as `v1`, `s3` or `headroom-2`. */
const number =
  /(?<![\p{L}\d_])(?<![\p{L}\d_][-./@])\d[\d_]*(?:\.\d+)*(?:ms|us|ns|s|m|h|d|w|y|Ki|Mi|Gi|Ti|k|kb|mb|gb|K|M|G|B|%|x)?(?![\p{L}\d_]|[-./@][\p{L}\d])/u;

/** The two words of the language of templates in which a number means no amount: a list that begins with 0. */
const fromZero = /(?<=[\w.]) from 0\b/g;

describe('a number that is typed into a template', () => {
  const templates = readTemplates();

  it('has a reason in a comment or in the list, whatever kind of file it is in', () => {
    expect(templates.length).toBeGreaterThan(100);
    expect(templates.flatMap(({ path, text }) => typedNumbers(path, text))).toEqual([]);
  });

  it('is in the list only while it is in a template', () => {
    const gone = fixedNumbers.flatMap(({ paths, text }) =>
      paths
        .filter((path) => !templates.some((each) => each.path === path && each.text.includes(text)))
        .map((path) => `${path}: ${text}`),
    );
    expect(gone).toEqual([]);
    expect(fixedNumbers.filter(({ text, reason }) => !/\d/.test(text) || reason === '')).toEqual([]);
  });

  it.each([
    ['a.yaml', 'replicas: 3'],
    ['a.yaml', 'args: ["--level=3"]'],
    ['a.yaml', 'x: !text "{{worker.deadline}} and 15s"'],
    ['a.yaml', '# 40 machines'],
    ['a.yaml', 'above: 2'],
    ['a.yaml', 'url: http://queue:4222'],
    ['a.conf.eta', 'timeout 5s'],
    ['a.conf.eta', "<%= it.value('worker.deadline as seconds') * 2 %>"],
    ['Dockerfile.eta', 'ENV UV_THREADPOOL_SIZE=8'],
    ['README.md.eta', 'Wait 10 minutes.'],
    ['a.cql.eta', 'gc_grace_seconds = 864000'],
  ])('is found in %s: %s', (path, line) => {
    expect(typedNumbers(path, line)).toEqual([`${path}:1 ${line}`]);
  });

  it.each([
    'replicas: 3 # fixed: a quorum',
    '# fixed: a quorum\nreplicas: 3',
    'apiVersion: apps/v1',
    'in: queue.nodes.count from 0',
    'listen: 127.0.0.1',
  ])('is not found in %s', (text) => {
    expect(typedNumbers('a.yaml', text)).toEqual([]);
  });
});

function readTemplates(): { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: relative(folder, file).replaceAll('\\', '/'),
      text: readFileSync(file, 'utf8'),
    }));
}

function typedNumbers(path: string, text: string): string[] {
  const known = [...anywhere, ...fixedNumbers.filter(({ paths }) => paths.includes(path))];
  return text.split('\n').flatMap((line, index, all) => {
    // Some formats have no comment at the end of a line: then it stands above.
    const reasoned = line.includes('fixed: ') || /^\s*(?:#|\/\/|--) .*fixed: /.test(all[index - 1] ?? '');
    const rest = known.reduce(
      (left, { text: piece }) => left.replaceAll(piece, 'x'),
      line.replaceAll(fromZero, ''),
    );
    return number.test(rest) && !reasoned ? [`${path}:${index + 1} ${line.trim()}`] : [];
  });
}
