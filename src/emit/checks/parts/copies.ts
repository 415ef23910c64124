import type { CheckInput, Fault } from '../../checks.ts';
import { isObject, type Path } from '../../schema/json-schema.ts';
import type { EmittedFile } from '../../types.ts';
import { type RoleConfig, roleConfigsOf, roleOf } from '../configs.ts';
import { numberAt } from '../values.ts';
import type { Deployment } from './part.ts';

const name = 'counts';

/** Data that is kept N times needs N nodes, and a quorum no more of them than there are copies. */
export function copyFaults(
  { parts, addressesIn }: Deployment,
  files: readonly EmittedFile[],
  { target }: CheckInput,
): Fault[] {
  const roles = roleConfigsOf(files, target);
  const read = new Set(parts.flatMap(({ configs }) => configs.flatMap((each) => roleOf(each, roles) ?? [])));
  return [...read].flatMap((role) =>
    stores(role.value).flatMap(({ path, url, replicas, value }) => {
      const nodes = new Set(addressesIn(url).map(({ host, port }) => `${host}:${port}`)).size;
      const fault = (key: string, message: string, advice: string) => ({
        ...{ check: name, path: role.path, line: role.lineOf(role.doc.lineOf([...path, key])) },
        ...{ message: `${[...path, key].join('.')} is ${numberAt(value, [key])}, ${message}`, advice },
      });
      return [
        ...(nodes > 0 && replicas > nodes
          ? [fault('replicas', `but its url names ${nodes}`, 'keep no more copies than there are nodes')]
          : []),
        ...['writeQuorum', 'readQuorum']
          .filter((key) => (numberAt(value, [key]) ?? 0) > replicas)
          .map((key) => fault(key, `of ${replicas} copies`, 'ask for no more answers than there are copies')),
      ];
    }),
  );
}

interface Store {
  readonly path: Path;
  readonly url: string;
  readonly replicas: number;
  readonly value: RoleConfig['value'];
}

function stores(value: unknown, path: Path = []): Store[] {
  if (!isObject(value)) return [];
  const { url, replicas } = value;
  const own = typeof url === 'string' && typeof replicas === 'number' ? [{ path, url, replicas, value }] : [];
  return [...own, ...Object.entries(value).flatMap(([key, each]) => stores(each, [...path, key]))];
}
