import type { Path } from '../../schema/json-schema.ts';
import type { Doc } from '../documents.ts';
import { at, listAt, textAt } from '../values.ts';
import { inDoc, type Part } from './part.ts';

/** Ports of the machine that lead to ports of a service, in the short and in the long form; ranges are not looked into. */
export function publishedBy(service: unknown, doc: Doc, path: Path): Pick<Part, 'claims' | 'takes'> {
  const found = listAt(service, ['ports']).flatMap((each, index) => {
    const place = inDoc(doc, [...path, 'ports', index]);
    const short = /^(?:(?:([\d.]+|\[[^\]]*\]):)?(\d+):)?(\d+)(?:\/(\w+))?$/.exec(String(each));
    if (typeof each !== 'object') {
      const [, host, published, target, protocol = 'tcp'] = short ?? [];
      return target === undefined ? [] : [{ host, published, target, protocol, place }];
    }
    const [published, target] = [at(each, ['published']), at(each, ['target'])];
    const protocol = textAt(each, ['protocol']) ?? 'tcp';
    return target === undefined
      ? []
      : [{ host: textAt(each, ['host_ip']), published, target, protocol, place }];
  });
  return {
    // Of other protocols no config is read.
    claims: found
      .filter(({ protocol }) => protocol === 'tcp')
      .map(({ target, place }) => ({
        says: 'it publishes',
        ...{ host: '', port: Number(target), outside: true, place },
      })),
    takes: found.flatMap(({ host, published, protocol, place }) => {
      const address = `${host ?? '0.0.0.0'}:${String(published)}${protocol === 'tcp' ? '' : `/${protocol}`}`;
      return published === undefined ? [] : [{ address, place }];
    }),
  };
}
