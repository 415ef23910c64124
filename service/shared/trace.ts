import { randomUUID } from 'node:crypto';
import { parseTraceParent } from '@opentelemetry/core';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

interface JobIds {
  readonly id: string;
  readonly reqId?: string;
  readonly traceparent?: string;
}

/** The W3C trace context of a request, or undefined where there is none that is valid. */
export function traceparentFrom(headers: Headers): string | undefined {
  const header = headers['traceparent'];
  if (typeof header !== 'string') return undefined;
  return parseTraceParent(header) === null ? undefined : header;
}

/** A step below its parent in the same trace; without a parent, the first step of a new and sampled one. */
export function childTraceparent(parent?: string): string {
  const context = parent === undefined ? null : parseTraceParent(parent);
  const traceId = context?.traceId ?? randomHex(32);
  const flags = (context?.traceFlags ?? 1).toString(16).padStart(2, '0');
  return `00-${traceId}-${randomHex(16)}-${flags}`;
}

/** By what the lines of a job are found in all logs: its id, that of its HTTP request, and that of its trace. */
export function idsOf({ id, reqId, traceparent }: JobIds): { job: string; reqId?: string; trace?: string } {
  const trace = traceparent === undefined ? undefined : parseTraceParent(traceparent)?.traceId;
  return { job: id, ...(reqId === undefined ? {} : { reqId }), ...(trace === undefined ? {} : { trace }) };
}

/** At most 32 digits, never all zero, which would be no id; out of a store of randomness, which asks the system rarely. */
function randomHex(digits: number): string {
  return randomUUID().replaceAll('-', '').slice(0, digits);
}
