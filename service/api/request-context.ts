import type { FastifyRequest } from 'fastify';
import type { Identity } from '../contracts/identity.ts';
import type { Parameters } from './parameters.ts';

/** What the API knows of a request while it is under way. */
export interface RequestContext {
  /** Unix milliseconds at which its headers were there. */
  readonly arrivedAt: number;
  /** Milliseconds of the monotonic clock at which its last byte was there. */
  receivedAt?: number;
  identity?: Identity;
  /** Read from the query before the body; of JSON they come with the body. */
  parameters?: Parameters;
  bodyBytes?: number;
  /** Stable code of the refusal, where it was refused. */
  refusal?: string;
  /** Set when the customer goes away. */
  isGone: boolean;
  /** Called then. */
  onGone?: (() => void) | undefined;
  /** Leaves the place of the request; whoever works on it takes this over meanwhile. */
  leave?: (() => void) | undefined;
  /** Gives the request back to the customer's quota; whoever works on it takes this over. */
  giveBack?: (() => void) | undefined;
}

const contexts = new WeakMap<FastifyRequest, RequestContext>();

export function beginContext(request: FastifyRequest): RequestContext {
  const context: RequestContext = { arrivedAt: Date.now(), isGone: false };
  contexts.set(request, context);
  return context;
}

export function contextOf(request: FastifyRequest): RequestContext {
  const context = contexts.get(request);
  if (!context) throw new Error('the request has no context: its route lacks the hooks of the API');
  return context;
}

/** Fires when the customer goes away, for work that is of no use to anybody else. */
export function goneSignal(context: RequestContext): AbortSignal {
  const gone = new AbortController();
  context.onGone = () => gone.abort();
  if (context.isGone) gone.abort();
  return gone.signal;
}

export function identityOf(request: FastifyRequest): Identity {
  const { identity } = contextOf(request);
  if (!identity) throw new Error('the request was not authenticated: its route lacks the hook');
  return identity;
}
