const seconds: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86400 };

/** Seconds of `15s`, `2954ms`, `1m30s` or, as HAProxy has it, plain milliseconds. Undefined where it is no duration. */
export function durationOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) / 1000;
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/g)) {
    total += Number(amount) * (seconds[unit ?? ''] ?? 0);
  }
  return total;
}

const factors: Readonly<Record<string, number>> = {
  ...{ '': 1, m: 1e-3, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
  // Compose and Redis.
  ...{ b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 },
};

/** Base units of a quantity of Kubernetes, compose or Redis: `512Mi`, `500m`, `100mb`. */
export function amountOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const [, amount, suffix] =
    (typeof value === 'string' ? /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(value) : null) ?? [];
  const factor = factors[suffix ?? ''] ?? factors[(suffix ?? '').toLowerCase()];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

const binary: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes of an amount as compose, Java and Go write it: `512m`, `410M`, `2gb` and `64MiB` all count in powers of 1024. */
export function bytesOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (binary[unit] ?? 1);
}
