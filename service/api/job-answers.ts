import type { Readable } from 'node:stream';
import { request } from 'undici';
import { Refusal } from '../shared/problem.ts';
import type { Answer } from './answer-memory.ts';
import { nodeOf } from './node-name.ts';
import { refusalOf } from './refusals.ts';
import type { Spool, SpoolView } from './spool.ts';

/** An answer to a poll; a result comes from the disk as fast as it is read. */
export interface JobAnswer extends Omit<Answer, 'body'> {
  readonly body: Buffer | Readable;
}

/** What those who poll are told. Jobs of other customers do not exist for them. */
export interface JobAnswers {
  status(customer: string, id: string): Promise<JobAnswer>;
  result(customer: string, id: string): Promise<JobAnswer>;
}

export function createJobAnswers(spool: Spool | undefined): JobAnswers {
  const find = (customer: string, id: string): SpoolView => {
    const view = spool?.find(id);
    if (view?.spooled.job.customer !== customer) throw noSuchJob();
    return view;
  };
  return {
    async status(customer, id) {
      return jsonAnswer(200, describe(find(customer, id)));
    },
    async result(customer, id) {
      const { outcome } = find(customer, id);
      if (!outcome) throw new Refusal(409, 'not-ready', 'the job is not done yet', { 'retry-after': 1 });
      if (outcome.kind === 'expired') throw new Refusal(410, 'expired', 'the job was not done in its time');
      if (outcome.kind === 'refused') throw refusalOf(outcome);
      const body = await spool?.result(id);
      if (!body) throw noSuchJob();
      return { status: 200, headers: { ...imageHeaders(outcome), 'content-length': outcome.bytes }, body };
    },
  };
}

function describe({ spooled: { job }, outcome }: SpoolView): object {
  const common = {
    id: job.id,
    status: outcome?.kind ?? 'waiting',
    acceptedAt: new Date(job.acceptedAt).toISOString(),
    deadlineAt: new Date(job.deadlineAt).toISOString(),
  };
  if (!outcome) return common;
  const ended = { ...common, endedAt: new Date(outcome.endedAt).toISOString() };
  if (outcome.kind === 'refused') return { ...ended, code: outcome.code, detail: outcome.detail };
  if (outcome.kind === 'expired') return ended;
  const { contentType, width, height, bytes, cpuMicroseconds } = outcome;
  const href = `/v1/jobs/${job.id}/result`;
  return { ...ended, result: { href, contentType, width, height, bytes, cpuMicroseconds } };
}

export function jsonAnswer(status: number, value: object, headers: Answer['headers'] = {}): Answer {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

interface ImageTraits {
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly cpuMicroseconds: number;
}

export function imageAnswer(done: ImageTraits & { readonly image: Uint8Array }): Answer {
  const { buffer, byteOffset, byteLength } = done.image;
  return { status: 200, headers: imageHeaders(done), body: Buffer.from(buffer, byteOffset, byteLength) };
}

function imageHeaders(done: ImageTraits): Answer['headers'] {
  return {
    'content-type': done.contentType,
    'x-headroom-width': done.width,
    'x-headroom-height': done.height,
    'x-headroom-cpu-us': done.cpuMicroseconds,
  };
}

function noSuchJob(): Refusal {
  return new Refusal(404, 'not-found', 'no such job');
}

export interface Ownership {
  /** Name of this server. */
  readonly node: string;
  readonly peers: readonly { readonly node: string; readonly url: string }[];
  /** Seconds that a peer may take to begin its answer. */
  readonly timeout: number;
}

/** Asks the server that holds a job: this one, or by its internal address the one that the id names. */
export function createJobRouter(own: JobAnswers, { node, peers, timeout }: Ownership): JobAnswers {
  const ask = async (customer: string, id: string, part: 'status' | 'result'): Promise<JobAnswer> => {
    const owner = nodeOf(id);
    if (owner === node) return own[part](customer, id);
    const peer = peers.find((each) => each.node === owner);
    if (!peer) throw noSuchJob();
    return forward(`${peer.url}/v1/peer/jobs/${encodeURIComponent(id)}/${part}`, customer, timeout);
  };
  return {
    status: (customer, id) => ask(customer, id, 'status'),
    result: (customer, id) => ask(customer, id, 'result'),
  };
}

/** Headers of a peer's answer that are the customer's business. */
const passed = /^(content-(type|length)|retry-after|x-headroom-.*)$/;

async function forward(url: string, customer: string, timeout: number): Promise<JobAnswer> {
  // For the head only: how long the body may take is up to whoever reads it.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeout * 1000);
  try {
    const asked = { headers: { 'x-headroom-customer': customer }, signal: late.signal };
    const answer = await request(url, { ...asked, bodyTimeout: Math.ceil(timeout * 1000) });
    const headers = Object.entries(answer.headers).flatMap(([name, value]) =>
      passed.test(name) && typeof value === 'string' ? [[name, value] as const] : [],
    );
    return { status: answer.statusCode, headers: Object.fromEntries(headers), body: answer.body };
  } catch {
    // The job is safe on the disk of its server; only the way to it is closed for now.
    throw new Refusal(503, 'owner-unavailable', 'the server that holds the job does not answer', {
      'retry-after': 2,
    });
  } finally {
    clearTimeout(timer);
  }
}
