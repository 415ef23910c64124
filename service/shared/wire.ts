import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from './log.ts';
import { problemText } from './problem.ts';

/** What happens below requests: bytes that are none, and the few rules that Node would answer without a problem. */
export interface Wire {
  /** An HTTP server for well-formed requests. */
  serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Server;
  /** Answers bytes that are no request, where an answer could not be taken for that of another one; hangs up. */
  refuse(error: Error & { readonly code?: string }, socket: Socket): void;
}

export interface WireOptions {
  readonly logger: Logger;
  /** Time in which a client must send a whole request, in seconds. */
  readonly receiveTimeout: number;
  /** Longest time that an answer may take to begin, in seconds; a client hears nothing meanwhile. */
  readonly answerTimeout: number;
}

type Fault = readonly [status: number, code: string, detail: string];

const malformed: Fault = [400, 'malformed-request', 'what was sent is not an HTTP request'];
const faults: Readonly<Record<string, Fault>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request-timeout', 'the request did not come in time'],
  HPE_HEADER_OVERFLOW: [431, 'headers-too-large', 'the headers are larger than this server takes'],
};
const withoutHost: Fault = [400, 'malformed-request', 'the request must have one Host header'];
const unexpected: Fault = [417, 'expectation-failed', 'the only expectation that is met is 100-continue'];

/** Milliseconds beyond the longest answer: one that comes at its last moment must find its connection. */
const answerGrace = 5000;

export function createWire({ logger, receiveTimeout, answerTimeout }: WireOptions): Wire {
  const receive = Math.ceil(receiveTimeout * 1000);
  const silence = Math.max(2 * receive, Math.ceil(answerTimeout * 1000) + answerGrace);
  /** The newest exchange of each connection. */
  const newest = new WeakMap<Socket, readonly [IncomingMessage, ServerResponse]>();
  /** Connections that are about to be closed: what else was sent on them is nobody's request. */
  const refused = new WeakSet<Socket>();
  const describe = ([status, code, detail]: Fault) => {
    const requestId = randomUUID();
    logger.debug({ reqId: requestId, code }, 'a request was refused before it was one');
    const text = problemText(status, code, detail, requestId);
    return { status, headers: headersOf(requestId, text), text };
  };
  const answer = (response: ServerResponse, fault: Fault) => {
    const { status, headers, text } = describe(fault);
    refused.add(response.req.socket);
    response.writeHead(status, headers).end(text);
  };
  const mayAnswer = (socket: Socket) => {
    const [request, response] = newest.get(socket) ?? [];
    if (!socket.writable) return false;
    if (!request || !response) return true;
    // Behind a whole request an answer would be taken for that request's, unless it has one.
    return request.complete ? response.writableFinished : !response.headersSent && response.socket !== null;
  };
  const wire: Wire = {
    serve(handler) {
      const options = {
        // Above the idle time of a load balancer's connections, so that it is never us who closes one in use.
        keepAliveTimeout: 75_000,
        requestTimeout: receive,
        headersTimeout: receive,
        connectionsCheckingInterval: 1000,
        maxHeaderSize: 16_384,
        // Asked for below, with an answer like all others.
        requireHostHeader: false,
      };
      const server = createServer(options, (request, response) => {
        if (refused.has(request.socket)) return;
        newest.set(request.socket, [request, response]);
        if (hasOneHost(request)) handler(request, response);
        else answer(response, withoutHost);
      });
      // It asks for a tunnel, which is nobody's business here.
      server.on('connect', (_request, socket) => wire.refuse(new Error('CONNECT'), socket as Socket));
      server.on('checkExpectation', (_request, response) => answer(response, unexpected));
      // A client that stops reading its answer is dropped after this; one that waits for it is as silent.
      return server.setTimeout(silence);
    },
    refuse(error, socket) {
      if (error.code === 'ECONNRESET' || !mayAnswer(socket)) return void socket.destroy();
      const { status, headers, text } = describe(faults[error.code ?? ''] ?? malformed);
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
      socket.end(head + text, () => socket.destroy());
    },
  };
  return wire;
}

function headersOf(requestId: string, text: string) {
  return {
    'x-request-id': requestId,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    connection: 'close',
  };
}

function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}
