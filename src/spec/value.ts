import { defaulted, type Key } from './object.ts';
import type { Reader } from './reader.ts';
import type { SpecValue } from './types.ts';

/** A reader's value together with where it was given. */
export function withOrigin<T>(reader: Reader<T>): Reader<SpecValue<T>> {
  return {
    get schema() {
      return reader.schema;
    },
    read: (at) => {
      const value = reader.read(at);
      return value === undefined ? undefined : { value, origin: at.origin };
    },
  };
}

/** A key with a default value and the reason for it; `text` is the default as it would be written. */
export function assumedValue<T>(
  doc: string,
  reader: Reader<SpecValue<T>>,
  text: string,
  value: NoInfer<T>,
  why: string,
): Key<SpecValue<T>, true> {
  return defaulted(doc, reader, text, () => ({ value, origin: { kind: 'assumed', why } as const }));
}
