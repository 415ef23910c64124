import { InvalidInput, type Problem } from '../problems/problem.ts';
import { checkIncidents } from './check.ts';
import { readCsv } from './csv.ts';
import { readJson } from './json.ts';
import { parseTimestamp, type Timestamp, timestampForm } from './timestamps.ts';
import type { IncidentLog } from './types.ts';

/** What has to be known beside the file; nothing of it can be guessed from the incidents. */
export interface ReadOptions {
  /** When recording began and ended, as ISO 8601 with or without offset, like the file. */
  readonly observedFrom: string;
  readonly observedTo: string;
  /** All components that could fail; where given, any other name in the file is a problem. */
  readonly components?: readonly string[];
  /** Decided by the name of the file where absent: `.json` is JSON, anything else CSV. */
  readonly format?: 'csv' | 'json';
}

/**
 * Reads and checks a file of incidents: start, end, component, domain, cause, affected share.
 *
 * text: the whole file; file: its name for messages. An empty `end` means still down at the end of observation.
 * Throws InvalidInput with every problem found, each with line and column; nothing is guessed or repaired.
 */
export function readIncidents(text: string, file: string, options: ReadOptions): IncidentLog {
  const flags: Problem[] = [];
  const from = observationEnd('observed-from', options.observedFrom, flags);
  const to = observationEnd('observed-to', options.observedTo, flags);
  if (from !== undefined && to !== undefined) checkWindow(from, to, flags);
  if (from === undefined || to === undefined || flags.length > 0) throw new InvalidInput(flags);
  const format = options.format ?? (file.toLowerCase().endsWith('.json') ? 'json' : 'csv');
  const raw = format === 'json' ? readJson(text, file) : readCsv(text, file);
  const window = { from: from.seconds, to: to.seconds };
  const context = { file, window, zoned: from.zoned, components: options.components };
  const { incidents, problems } = checkIncidents(raw.rows, context);
  const all = [...raw.problems, ...problems];
  if (all.length > 0) throw new InvalidInput(all);
  return { file, incidents, clock: from.zoned ? 'utc' : 'unstated', window, ignored: raw.ignored };
}

function observationEnd(flag: string, text: string, problems: Problem[]): Timestamp | undefined {
  const time = parseTimestamp(text);
  if (time === undefined) {
    const message = `--${flag} is no point in time: \`${text}\``;
    problems.push({ code: 'bad-flag', message, advice: timestampForm });
  }
  return time;
}

function checkWindow(from: Timestamp, to: Timestamp, problems: Problem[]): void {
  if (from.zoned !== to.zoned) {
    problems.push({
      code: 'bad-flag',
      message: 'one of --observed-from and --observed-to has an offset, the other has none',
      advice: 'give both with an offset, or both without',
    });
  } else if (to.seconds <= from.seconds) {
    problems.push({
      code: 'bad-flag',
      message: '--observed-to is not after --observed-from',
      advice: 'give the time when recording began, then the time when it ended',
    });
  }
}
