const heading = 'secret';
/** Optional column: a Secret that somebody else than the reader makes is in the tree, or its operator is. */
const makerHeading = 'who makes it';

/** Names of Secrets that a README tells its reader to make: code in the column `secret` of a Markdown table. */
export function broughtSecrets(readme: string): ReadonlySet<string> {
  const names = new Set<string>();
  let header: readonly string[] | undefined;
  for (const line of readme.split('\n')) {
    if (!line.trimStart().startsWith('|')) {
      header = undefined;
      continue;
    }
    const cells = cellsOf(line);
    if (header === undefined) {
      header = cells.map((cell) => cell.toLowerCase());
      continue;
    }
    const maker = cells[header.indexOf(makerHeading)];
    if (maker !== undefined && !/\byou\b/.test(maker)) continue;
    const [, name] = /^`([^`]+)`$/.exec(cells[header.indexOf(heading)] ?? '') ?? [];
    if (name !== undefined) names.add(name);
  }
  return names;
}

function cellsOf(row: string): string[] {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}
