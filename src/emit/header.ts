import { posix } from 'node:path';
import { scaleReads } from './facts.ts';
import type { EmitInput, Said } from './types.ts';

/**
 * The text with a comment at its top that says where it comes from, and that objectives are missed where they are.
 * Formats without comments (JSON) stay as they are. No time and no version: the same plan gives the same bytes.
 */
export function withHeader(path: string, text: string, { plan, target, warning, scale }: EmitInput): string {
  const lines = [
    `Emitted by headroom from ${plan.spec.file} for ${target}. Edits are noticed: see headroom.lock.json.`,
    ...(scale === undefined ? [] : [`Scaled to ${scale.name}: ${scale.factor} of the planned peak.`]),
    ...(warning === undefined ? [] : [`OBJECTIVES MISSED: ${warning}`]),
    // Names of files and messages are what people wrote: none may begin a line of its own, or end the comment.
  ].map((line) => line.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').replaceAll('-->', '-- >'));
  const name = posix.basename(path);
  if (/\.(json|csv|txt)$/.test(name)) return text;
  if (/\.(md|html|xml)$/.test(name)) return `${lines.map((line) => `<!-- ${line} -->`).join('\n')}\n${text}`;
  if (name.endsWith('.sql')) return `${lines.map((line) => `-- ${line}`).join('\n')}\n${text}`;
  if (name.endsWith('.mmd')) return `${lines.map((line) => `%% ${line}`).join('\n')}\n${text}`;
  const comment = lines.map((line) => `# ${line}`).join('\n');
  const [first = '', ...rest] = text.split('\n');
  if (first.startsWith('#!') || first.startsWith('# syntax=')) return [first, comment, ...rest].join('\n');
  return `${comment}\n${text}`;
}

/** What the header of a file says of the plan. Missed objectives are in every header, and no file is about them. */
export function headerSaid(path: string, input: EmitInput): Said[] {
  if (input.scale === undefined || withHeader(path, '', input) === '') return [];
  const factorOf = ({ scale }: EmitInput) => String(scale?.factor ?? '');
  return [{ names: scaleReads(input), text: factorOf(input), again: factorOf }];
}
