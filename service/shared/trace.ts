import { randomBytes } from 'node:crypto';
import { parseTraceParent } from '@opentelemetry/core';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The W3C trace context of a request, or undefined where there is none that is valid. */
export function traceparentFrom(headers: Headers): string | undefined {
  const header = headers['traceparent'];
  if (typeof header !== 'string') return undefined;
  return parseTraceParent(header) === null ? undefined : header;
}

/** A step below its parent in the same trace; without a parent, the first step of a new and sampled one. */
export function childTraceparent(parent?: string): string {
  const context = parent === undefined ? null : parseTraceParent(parent);
  const traceId = context?.traceId ?? randomBytes(16).toString('hex');
  const flags = (context?.traceFlags ?? 1).toString(16).padStart(2, '0');
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}`;
}
