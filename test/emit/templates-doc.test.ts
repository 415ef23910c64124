import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { valueFormats } from '../../src/emit/value-format.ts';
import { renderYaml } from '../../src/emit/yaml-template.ts';
import { repository } from './checks/tree.ts';
import { exampleScope } from './fixture.ts';

const text = readFileSync(`${repository}docs/templates.md`, 'utf8');

it('docs/templates.md shows what its template gives', () => {
  const [template = '', given = ''] = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, each]) => each);
  const parts: Record<string, string> = { '_probe.yaml': 'port: 8080\n', 'hello.txt': 'Hello\n' };
  const rendered = renderYaml(
    { path: 'x.yaml', shown: 'docs/templates.md', text: template },
    exampleScope(),
    (name) => parts[name] ?? '',
  );
  expect(rendered).toBe(given);
});

it('docs/templates.md names every tag and every format', () => {
  const source = readFileSync(`${repository}src/emit/yaml-template.ts`, 'utf8');
  const tags = [...source.matchAll(/^ \* {3}(!\w+) /gm)].map(([, tag]) => tag);
  expect(tags.length).toBeGreaterThan(10);
  for (const tag of tags) expect(text).toContain(`| \`${tag} `);
  for (const format of Object.keys(valueFormats)) expect(text).toContain(`\`${format}\``);
});
