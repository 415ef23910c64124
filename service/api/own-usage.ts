import type { UsageStore, UsageTotal } from '../contracts/usage.ts';
import type { Logger } from '../shared/log.ts';
import { Refusal } from '../shared/problem.ts';
import type { Answer } from './answer-memory.ts';
import { jsonAnswer } from './job-answers.ts';

export interface OwnUsageOptions {
  readonly store: Pick<UsageStore, 'total'>;
  /** Seconds for the store's answer. */
  readonly deadline: number;
  /** Seconds, for Retry-After. */
  readonly retryAfter: number;
  readonly logger: Logger;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** What customers are told of their own usage. */
export interface OwnUsage {
  /**
   * Sums of a span of days (UTC) and of each day: `from` and `to`, the end left out, or the current month until today.
   * Throws a Refusal, also where the customer asks again before the store has answered.
   */
  of(customer: string, query: Readonly<Record<string, unknown>>): Promise<Answer>;
}

interface Span {
  /** Unix milliseconds, each the beginning of a day. */
  readonly from: number;
  readonly to: number;
}

type Sums = Omit<UsageTotal, 'customer'>;

const day = 86_400_000;
/** Each day is a question to the store. */
const mostDays = 92;

export function createOwnUsage(options: OwnUsageOptions): OwnUsage {
  const { store, deadline, logger, now = Date.now } = options;
  const retryAfter = { 'retry-after': Math.max(1, Math.ceil(options.retryAfter)) };
  const asking = new Set<string>();

  const ofDay = async (customer: string, from: number): Promise<Sums> => {
    const { customer: _, ...sums } = await store.total(customer, from, from + day);
    return sums;
  };
  const read = async (customer: string, { from, to }: Span): Promise<readonly Sums[]> => {
    const begins = Array.from({ length: (to - from) / day }, (_, at) => from + at * day);
    asking.add(customer);
    const reading = Promise.all(begins.map((begin) => ofDay(customer, begin)));
    const done = () => void asking.delete(customer);
    reading.then(done, done);
    try {
      return await inTime(reading, deadline);
    } catch (error) {
      logger.warn({ err: error }, 'usage is not readable for a customer who asks');
      throw new Refusal(503, 'usage-unavailable', 'usage cannot be read at the moment', retryAfter);
    }
  };

  return {
    async of(customer, query) {
      const span = spanOf(query, now());
      if (asking.has(customer)) {
        throw new Refusal(
          429,
          'rate-exceeded',
          'the last question about usage is not answered yet',
          retryAfter,
        );
      }
      const ofDays = await read(customer, span);
      const days = ofDays.map((sums, at) => ({ day: nameOf(span.from + at * day), ...sums }));
      return jsonAnswer(200, { from: nameOf(span.from), to: nameOf(span.to), ...added(ofDays), days });
    },
  };
}

/** Throws a Refusal that names everything that is wrong. */
function spanOf(query: Readonly<Record<string, unknown>>, now: number): Span {
  const problems = Object.keys(query)
    .filter((name) => name !== 'from' && name !== 'to')
    .map((name) => `${name} is not a parameter`);
  const dateOf = (name: 'from' | 'to') => {
    const text = query[name];
    const at = typeof text === 'string' ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    if (text === undefined || (!Number.isNaN(at) && nameOf(at) === text))
      return text === undefined ? text : at;
    problems.push(`${name} must be a day such as ${nameOf(now)}`);
    return undefined;
  };
  const [given, end] = [dateOf('from'), dateOf('to')];
  const to = end ?? (Math.floor(now / day) + 1) * day;
  const from = given ?? beginOfMonth(to - day);
  if (problems.length === 0 && from >= to) problems.push('from must be before to');
  if (to - from > mostDays * day) problems.push(`at most ${mostDays} days are told at once`);
  if (problems.length > 0) throw new Refusal(422, 'invalid-parameters', problems.join('; '));
  return { from, to };
}

function added(all: readonly Sums[]): Sums {
  const sum = (name: keyof Sums) => all.reduce((before, each) => before + each[name], 0);
  return {
    requests: sum('requests'),
    bytesIn: sum('bytesIn'),
    bytesOut: sum('bytesOut'),
    pixels: sum('pixels'),
    cpuMicroseconds: sum('cpuMicroseconds'),
  };
}

function nameOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function beginOfMonth(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

async function inTime<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
