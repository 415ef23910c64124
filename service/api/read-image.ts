import type { FastifyRequest } from 'fastify';
import type { ResizeRequest } from '../contracts/job.ts';
import type { LimitsConfig } from '../shared/config-types.ts';
import { sniff } from '../shared/image-header.ts';
import { Refusal } from '../shared/problem.ts';
import { checkPixels, type Parameters, readParameters, resizeOf } from './parameters.ts';
import type { SourceFetcher } from './source.ts';

/** What a request asks for as it came, before anything is fetched. */
export interface Asked {
  readonly parameters: Parameters;
  /** The image in the body; empty where there is an address instead. */
  readonly image: Buffer;
}

export interface Order {
  readonly parameters: Parameters;
  readonly resize: ResizeRequest;
  readonly body: Buffer;
}

/** The parameters where the query has them; those of a JSON body are known only with the body. */
export function parametersOfQuery(request: FastifyRequest): Parameters | undefined {
  return isJson(request) ? undefined : readParameters(request.query as Record<string, unknown>);
}

/**
 * What a request asks for: the image in the body and parameters in the query, or an address of the image in the
 * query or, with everything else, in a JSON body. Throws a Refusal where it makes no sense.
 */
export function readAsked(request: FastifyRequest, early: Parameters | undefined): Asked {
  const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const parameters = early ?? readParameters(objectIn(sent, request.query as Record<string, unknown>));
  const image = early === undefined ? Buffer.alloc(0) : sent;
  if (parameters.url !== undefined && image.length > 0) {
    throw new Refusal(422, 'two-images', 'give the image or its url, not both');
  }
  return { parameters, image };
}

/**
 * Has the image, fetched where it was given by address, until the signal fires. Throws a Refusal where the bytes are
 * none that is taken.
 */
export async function readOrder(
  { parameters, image }: Asked,
  source: SourceFetcher,
  limits: LimitsConfig,
  signal?: AbortSignal,
): Promise<Order> {
  const body = parameters.url === undefined ? image : await source.fetch(parameters.url, signal);
  if (body.length === 0) throw new Refusal(422, 'no-image', 'the body must be an image; it is empty');
  return { parameters, body, resize: checkedResize(body, parameters, limits) };
}

function checkedResize(body: Buffer, parameters: Parameters, limits: LimitsConfig): ResizeRequest {
  const { type, header } = sniff(body);
  if (type === undefined)
    throw new Refusal(415, 'unsupported', 'images are taken as JPEG, PNG, WebP or AVIF');
  if (header === undefined) throw new Refusal(422, 'corrupt', `the beginning of the ${type} image is broken`);
  if (header.animated) throw new Refusal(415, 'animated', 'animations are not taken');
  const resize = resizeOf(parameters, type);
  checkPixels(header, resize, limits.pixels);
  return resize;
}

function isJson(request: FastifyRequest): boolean {
  return (request.headers['content-type'] ?? '').startsWith('application/json');
}

function objectIn(body: Buffer, query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'invalid-json', 'the body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(400, 'invalid-json', 'the body must be a JSON object');
  }
  return { ...query, ...value };
}
