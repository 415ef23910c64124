import type { Screen } from './terminal.ts';

/**
 * Text for a person, broken between words to the width of the screen; lines after the first are indented. Elsewhere,
 * where programs read it, the text stays as it is. A word that is longer than the screen stays whole.
 */
export function wrapped(text: string, { isTerminal, width }: Screen, indent = 0): string {
  if (!isTerminal) return text;
  const margin = ' '.repeat(indent);
  return text
    .split('\n')
    .map((line) => broken(line, width, margin))
    .join('\n');
}

function broken(line: string, width: number, margin: string): string {
  if (line.length <= width) return line;
  const lead = /^ */.exec(line)?.[0] ?? '';
  const words = line.trim().split(/ +/);
  const lines = [lead + (words.shift() ?? '')];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(margin + word);
  }
  return lines.join('\n');
}
