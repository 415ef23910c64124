import { relative } from 'node:path';

export interface Running {
  readonly addresses: Readonly<Record<string, string>>;
  readonly processes: number;
  /** Undefined where the first key is not known any more. */
  readonly key: string | undefined;
  readonly data: string;
}

/** What somebody needs to try the service: a line to paste, where the bills are, and where everything listens. */
export function banner({ addresses, processes, key, data }: Running, cwd = process.cwd()): string {
  const near = relative(cwd, data);
  const folder = near.startsWith('..') ? data : `./${near}`;
  const url = `${addresses['api']}/v1/resize?width=800`;
  const bearer = key ?? 'KEY';
  return [
    `The image service listens on ${addresses['api']} (${processes} resize processes; Ctrl-C stops it)`,
    '',
    `  curl -H 'Authorization: Bearer ${bearer}' --data-binary @photo.jpg '${url}' -o small.jpg`,
    '',
    ...(key
      ? []
      : ['  KEY: the first key is not in the data folder any more; make one with the admin API', '']),
    `  bills     here a minute or two after an image, and in ${folder}/cold`,
    `  log       ${folder}/log.ndjson`,
    `  admin     ${addresses['identity']}, key in ${folder}/admin-key`,
    ...['api', 'worker', 'usage'].map((name, at) => {
      const address = addresses[name === 'api' ? 'api internal' : name];
      return `  ${at === 0 ? 'metrics' : '       '}   ${address}/metrics (${name})`;
    }),
    '',
  ].join('\n');
}

export interface BillShown {
  readonly period: { readonly from: string; readonly to: string };
  readonly lines: readonly {
    readonly customer: string;
    readonly requests: number | string;
    readonly cpu_seconds: number | string;
    readonly exact_usd: number | string;
    readonly total_usd: number | string;
  }[];
}

/** A bill in a line for each customer. */
export function billLines({ period, lines }: BillShown): string {
  const minute = `${period.from.slice(11, 19)}–${period.to.slice(11, 19)} UTC`;
  return lines
    .map(
      (line) =>
        `bill ${minute} ${line.customer}: images ${line.requests}, CPU ${line.cpu_seconds} s, ` +
        `${line.total_usd} USD (${line.exact_usd} before rounding)\n`,
    )
    .join('');
}
