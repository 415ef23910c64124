import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Bytes above which a log is put aside when its process starts. */
const most = 10_000_000;

/** Opens a log for more lines; readable by its owner only. The caller closes it. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path) && statSync(path).size > most) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

export function closeLog(file: number): void {
  closeSync(file);
}

/** The last lines of a log, for people. */
export function lastLines(path: string, count: number): string {
  if (!existsSync(path)) return '';
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}
