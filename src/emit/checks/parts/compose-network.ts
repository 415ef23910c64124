import type { Address } from '../addresses.ts';
import type { Doc } from '../documents.ts';
import { isLocal } from '../listeners.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import { mayDeclare } from './compose-declared.ts';
import type { Deployment, Part } from './part.ts';
import { mayListen, openOn, otherProtocol, portList } from './sockets.ts';

type Services = readonly (readonly [name: string, service: unknown])[];

/** The service whose network a service has: itself, or the one of `network_mode`; undefined where it is not of the file. */
function ownerOf(name: string, services: Services, above: readonly string[] = []): string | undefined {
  const [, service] = services.find(([each]) => each === name) ?? [];
  const mode = textAt(service, ['network_mode']);
  if (service === undefined || above.includes(name)) return undefined;
  if (mode === undefined || mode === 'bridge') return name;
  const [, other] = /^service:(.+)$/.exec(mode) ?? [];
  return other === undefined ? undefined : ownerOf(other, services, [...above, name]);
}

/** Parts with their networks, and with the parts that have the same; neither where they are the machine's. */
export function connected(parts: readonly Part[], services: Services): Part[] {
  const owners = new Map(parts.map(({ name }) => [name, ownerOf(name, services)] as const));
  const specs = new Map(services);
  return parts.map((part) => {
    const owner = owners.get(part.name);
    if (owner === undefined) return part;
    const beside = parts.filter((each) => each !== part && owners.get(each.name) === owner);
    return { ...part, beside, networks: networksOf(specs.get(owner)) };
  });
}

/** Networks of a service; compose makes one for those that name none. */
function networksOf(service: unknown): string[] {
  const networks = at(service, ['networks']);
  const names = [...listAt(networks, []).map(String), ...Object.keys(mapAt(networks, []))];
  return names.length === 0 ? ['default'] : names;
}

/**
 * What is wrong with an address in a deployment of compose. A host of one word is a service, by its name or another one
 * that it was given; one with dots, or from `extra_hosts`, is somebody else's.
 */
export function wrongAmong(parts: readonly Part[], services: Services, doc: Doc): Deployment['wrongAddress'] {
  const elsewhere = new Set(services.flatMap(([, service]) => extraHosts(service)));
  return (address, from) => {
    if (isLocal(address.host)) return from === undefined ? undefined : wrongPort(address, from);
    if (address.host.includes('.') || elsewhere.has(address.host)) return undefined;
    const others = parts.filter(({ name, aliases }) => [name, ...aliases].includes(address.host));
    if (others.length === 0) {
      return mayDeclare(doc, 'services', address.host)
        ? undefined
        : `${address.host} is named here, and no service has that name`;
    }
    const wrong = others.map((other) => wrongPort(address, other) ?? unreachable(address, other, from));
    return wrong.includes(undefined) ? undefined : wrong[0];
  };
}

/** Names of a service, as hosts, beside its own. */
export function aliasesOf(service: unknown): string[] {
  const given = [textAt(service, ['container_name']), textAt(service, ['hostname'])];
  const aliases = Object.values(mapAt(service, ['networks'])).flatMap((each) => listAt(each, ['aliases']));
  return [...given.filter((each) => each !== undefined), ...aliases.map(String)];
}

function extraHosts(service: unknown): string[] {
  const list = listAt(service, ['extra_hosts']).map((each) => String(each).split(/[:=]/)[0] ?? '');
  return [...list, ...Object.keys(mapAt(service, ['extra_hosts']))];
}

function wrongPort(address: Address, part: Part): string | undefined {
  const { host, port, scheme } = address;
  const fits = ({ local }: { readonly local: boolean }) => isLocal(host) || !local;
  const open = openOn(part).filter(fits);
  if (port === undefined) return undefined;
  if (!mayListen(part, port, fits))
    return `${host}:${port} is named here, but ${part.shown} listens on ${portList(open)}`;
  const spoken = otherProtocol(address, open);
  return spoken && `${scheme}://${host}:${port} is named here, but ${part.shown} speaks ${spoken} there`;
}

function unreachable({ host }: Address, other: Part, from: Part | undefined): string | undefined {
  const [theirs, own] = [other.networks, from?.networks];
  if (from === other || theirs === undefined || own === undefined) return undefined;
  if (own.some((each) => theirs.includes(each))) return undefined;
  return `${host} is named here, but ${from?.shown} is on no network of ${other.shown}`;
}
