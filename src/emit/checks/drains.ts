import type { Config, RoleConfig } from './configs.ts';
import { durationOf } from './durations.ts';
import { numberAt } from './values.ts';

/** Time that whoever reads a config takes from the signal until it has ended: notice and drain, in seconds. */
export function drainOf(config: Config, role: RoleConfig | undefined): number {
  if (role !== undefined) {
    return Math.max(
      ...['api', 'worker'].map(
        (section) =>
          (numberAt(role.value, [section, 'drainTime']) ?? 0) +
          (numberAt(role.value, [section, 'drainNotice']) ?? 0),
      ),
    );
  }
  const [, value] =
    engines.map(({ file, line }) => (file.test(config.name) ? line.exec(config.text) : null)).find(Boolean) ??
    [];
  return value === undefined ? 0 : (durationOf(value) ?? 0);
}

/** Signal at which the reader of a config drains instead of ending at once; undefined where any does. */
export function drainSignal({ name }: Config): string | undefined {
  return engines.find(({ file }) => file.test(name))?.signal;
}

const engines: readonly { readonly file: RegExp; readonly line: RegExp; readonly signal: string }[] = [
  { file: /haproxy.*\.cfg$/, line: /^\s*hard-stop-after\s+(\S+)/m, signal: 'SIGUSR1' },
];
