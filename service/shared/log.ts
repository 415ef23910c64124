import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** What must never be in a log, wherever it stands in what is logged. */
const secret = ['authorization', 'password', 'secret', 'secretKey', 'accessKey', 'adminKey', 'token', 'key'];

/** Structured logs on stdout, one JSON object a line, with the role; secrets are redacted by their names. */
export function createLogger(role: string, level = 'info', to?: DestinationStream): Logger {
  const paths = secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = {
    level,
    base: { role, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: '[redacted]' },
  };
  return to ? pino(options, to) : pino(options);
}
