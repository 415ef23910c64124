import type { Scalar } from 'yaml';
import { interpolate } from './interpolate.ts';
import { hashOf } from './lock.ts';
import type { Scope } from './scope.ts';
import type { Value } from './types.ts';
import type { Include } from './yaml-rendering.ts';

/** What the tag of a scalar gives; undefined where it has none. Throws a RangeError for what is no tag. */
export function scalarValue({ tag, value }: Scalar, scope: Scope, include: Include): Value | undefined {
  const text = String(value ?? '');
  switch (tag) {
    case '!plan':
      return scope.value(text);
    case '!text':
      return interpolate(text, scope);
    case '!file':
      return include(text, scope);
    case '!line':
      return include(text, scope).trim();
    case '!hash':
      return hashOf(include(text, scope)).slice(0, 16);
    case '!made':
      return scope.made(text).text;
    default:
      if (text.includes('{{') && typeof value === 'string')
        throw new RangeError('{{...}} needs the tag !text');
      if (tag?.startsWith('!')) throw new RangeError(`${tag} is no tag of templates`);
      return undefined;
  }
}
