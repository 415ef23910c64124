import { nearest } from '../problems/nearest.ts';
import type { InvalidInput } from '../problems/problem.ts';
import { usageError } from './usage-error.ts';

/** The error for words that name no command, with the nearest command where one is near enough. */
export function unknownCommand(words: readonly string[], ids: readonly string[]): InvalidInput {
  const typed = words.filter((word) => !word.startsWith('-'));
  if (typed.length === 0) {
    return usageError(
      `unknown flag ${words.join(' ')}`,
      'see headroom --help for the commands and their flags',
    );
  }
  const names = ids.map((id) => id.replaceAll(':', ' '));
  const meant = nearest(typed.join(' '), names) ?? nearest(typed[0] ?? '', names);
  return usageError(
    `unknown command ${typed.join(' ')}`,
    meant ? `did you mean headroom ${meant}?` : 'see headroom --help for the commands',
  );
}
