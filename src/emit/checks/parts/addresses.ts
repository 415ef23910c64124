import type { CheckInput, Fault } from '../../checks.ts';
import { isObject, type Path } from '../../schema/json-schema.ts';
import type { EmittedFile } from '../../types.ts';
import type { Address } from '../addresses.ts';
import { type RoleConfig, roleConfigsOf, roleOf } from '../configs.ts';
import { type Deployment, faultIn, inConfig, type Part, type Place } from './part.ts';

/** Every host and port that a config, an argument or a variable names is a part that listens there and can be reached. */
export function addressFaults(
  deployment: Deployment,
  files: readonly EmittedFile[],
  { target }: CheckInput,
): Fault[] {
  const roles = roleConfigsOf(files, target);
  const inText = (text: string, placeOf: (line: number) => Place, from?: Part) =>
    deployment.addressesIn(text).flatMap((each) => faultsOf(deployment, each, placeOf(each.line), from));
  const inParts = deployment.parts.flatMap((part) => [
    ...part.words.flatMap(({ text, place }) => inText(text, () => place, part)),
    ...part.configs.flatMap((config) => inText(config.text, (line) => inConfig(config, line), part)),
    ...part.configs.flatMap((config) => {
      const role = roleOf(config, roles);
      if (role === undefined) return [];
      return separate(role).flatMap((each) => faultsOf(deployment, each, inConfig(config, each.line), part));
    }),
  ]);
  return [...deployment.addresses.flatMap(({ text, place }) => inText(text, () => place)), ...inParts];
}

function faultsOf(deployment: Deployment, address: Address, place: Place, from?: Part): Fault[] {
  const wrong = deployment.wrongAddress(address, from);
  const advice = `give a host and a port on which a part of ${deployment.doc.file.path} listens`;
  return wrong === undefined ? [] : [faultIn('addresses', place, wrong, advice)];
}

/** Hosts and ports that a role has as two keys; what it listens on itself is none. */
function separate({ value, doc }: RoleConfig): Address[] {
  const found: Address[] = [];
  const walk = (each: unknown, path: Path) => {
    if (Array.isArray(each)) for (const [index, inner] of each.entries()) walk(inner, [...path, index]);
    if (!isObject(each)) return;
    const { host, port } = each;
    if (typeof host === 'string' && typeof port === 'number') {
      found.push({ host, port, line: doc.lineOf([...path, 'port']) });
    }
    for (const [key, inner] of Object.entries(each)) if (!/listen$/i.test(key)) walk(inner, [...path, key]);
  };
  walk(value, []);
  return found;
}
