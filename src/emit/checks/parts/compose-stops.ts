import { at } from '../values.ts';

/** Numbers of signals, as Linux has them. */
const numbers: Readonly<Record<string, string>> = {
  ...{ 1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 9: 'SIGKILL', 10: 'SIGUSR1', 12: 'SIGUSR2', 15: 'SIGTERM' },
  28: 'SIGWINCH',
};

/** The signal at which compose stops a service, by name, also where `USR1` or a number says it; undefined where the image decides. */
export function signalOf(service: unknown): string | undefined {
  const said = at(service, ['stop_signal']);
  if (typeof said !== 'string' && typeof said !== 'number') return undefined;
  const text = String(said).toUpperCase();
  return numbers[text] ?? (/^(?:SIG|\d)/.test(text) ? text : `SIG${text}`);
}
