import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepare } from '../../src/supervise/fill.ts';
import { readProcessFile } from '../../src/supervise/process-file.ts';
import { deploymentFolder } from './fixture.ts';

function prepared(
  files: Readonly<Record<string, string>>,
  sets = {},
  filled: readonly string[] = ['config'],
) {
  const dir = deploymentFolder({}, { secrets: ['store'], filled });
  mkdirSync(join(dir, 'config'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
  const ground = { dir, node: 'node', service: '/dist/service', folderOf: () => '/programs' };
  const again = () => prepare(readProcessFile(dir, 'test'), ground, sets);
  const fill = again();
  const read = (path: string) => readFileSync(join(dir, 'run', 'filled', path), 'utf8');
  return { dir, fill, read, again };
}

describe('filling in', () => {
  it('replaces folders, programs and secrets', () => {
    const { dir, fill } = prepared({});
    expect(fill(`\${dir}/x \${folder of initdb} \${service}`)).toBe(`${dir}/x /programs /dist/service`);
    expect(fill(`\${secret store}`)).toMatch(/^[0-9a-f]{48}$/);
  });

  it('makes secrets once, for their owner only', () => {
    const { dir, fill, again } = prepared({});
    expect(again()(`\${secret store}`)).toBe(fill(`\${secret store}`));
    expect(statSync(join(dir, 'run/secrets/store')).mode & 0o077).toBe(0);
    expect(statSync(join(dir, 'run/secrets')).mode & 0o077).toBe(0);
  });

  it('refuses a name that it does not know, instead of leaving it there', () => {
    expect(() => prepared({}).fill(`\${secret stroe}`)).toThrow(`nothing is known as \${secret stroe}`);
  });

  it('fills JSON in its values, so that a folder with quotes in its name stays a text', () => {
    const { dir } = prepared({});
    const text = JSON.stringify({ folder: `\${dir}"x` });
    const { read } = prepared({ 'config/a.json': text });
    expect(JSON.parse(read('config/a.json')).folder).toMatch(/"x$/);
    expect(dir).not.toBe('');
  });

  it('sets what replaces a missing engine where the section is there, and nowhere else', () => {
    const files = { 'config/a.json': '{"usage": {"store": {"url": "x"}}}', 'config/b.json': '{"api": {}}' };
    const { read } = prepared(files, {
      'usage.store': { url: 'embedded' },
      'api.usage.store': { url: 'embedded' },
    });
    expect(JSON.parse(read('config/a.json'))).toEqual({ usage: { store: { url: 'embedded' } } });
    expect(JSON.parse(read('config/b.json'))).toEqual({ api: {} });
  });
});
