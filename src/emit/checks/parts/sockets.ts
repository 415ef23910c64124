import type { Address } from '../addresses.ts';
import type { Config, RoleConfig } from '../configs.ts';
import { isLocal, listenersOf, type Protocol } from '../listeners.ts';
import { inConfig, type Part, type Socket, type Word } from './part.ts';

/** Ports that a part listens on by its configs and arguments. */
export function socketsOf(
  configs: readonly Config[],
  words: readonly Word[],
  roles: readonly RoleConfig[],
): Socket[] {
  const bound = configs.flatMap((config) =>
    listenersOf(config, roles).map(({ line, ...listener }) => ({
      ...listener,
      isSure: true,
      place: inConfig(config, line),
    })),
  );
  return [...bound, ...words.flatMap((word, index) => wordSockets(word, words[index - 1]))];
}

/** `:7070` and `--listen=0.0.0.0:9090`; an address of somebody else has a name. */
const address = /(?:^|=)(0\.0\.0\.0|\*|127(?:\.\d{1,3}){3})?:(\d{2,5})$/;
/** `-Dlocal.port=7199`, and `--port 7070` in two words. */
const port = /(?:^|[.-])port[= ](\d{2,5})$/;

/** A program may give such words any meaning: `--db.port=5432` is somebody else's. */
function wordSockets({ text, place }: Word, before: Word | undefined): Socket[] {
  const [, host = '', number] = address.exec(text) ?? [];
  const [, plain] = port.exec(text) ?? port.exec(`${before?.text ?? ''} ${text}`) ?? [];
  const found = number ?? plain;
  return found === undefined
    ? []
    : [{ port: Number(found), host, local: isLocal(host), isSure: false, place }];
}

/** All that listens on the addresses of a part. */
export function openOn({ sockets, beside = [] }: Part): readonly Socket[] {
  return [...sockets, ...beside.flatMap((each) => each.sockets)];
}

/**
 * Whether a part, or one beside it, may listen on a port: one of its sockets that fit has it, a word of it has the
 * number, or nothing says surely what it listens on.
 */
export function mayListen(part: Part, wanted: number, fits: (socket: Socket) => boolean): boolean {
  if (part.beside === undefined) return true;
  const number = new RegExp(String.raw`(?<!\d)${wanted}(?!\d)`);
  return [part, ...part.beside].some(
    ({ sockets, words }) =>
      !sockets.some(({ isSure }) => isSure) ||
      sockets.some((each) => each.port === wanted && fits(each)) ||
      words.some(({ text }) => number.test(text)),
  );
}

const protocols: Readonly<Record<string, Protocol>> = {
  ...{ http: 'http', https: 'http', nats: 'nats', tls: 'nats', redis: 'redis', rediss: 'redis' },
  ...{ postgres: 'postgres', postgresql: 'postgres', cassandra: 'cassandra' },
};

/** What a port answers to where an address asks for something else; undefined where both are the same, or one unknown. */
export function otherProtocol({ scheme, port }: Address, sockets: readonly Socket[]): string | undefined {
  const wanted = protocols[scheme ?? ''];
  const there = sockets.filter((each) => each.port === port);
  if (wanted === undefined || there.some(({ speaks }) => speaks === undefined || speaks === wanted))
    return undefined;
  return there[0]?.speaks;
}

/** Ports as messages list them. */
export function portList(sockets: readonly Socket[]): string {
  const ports = new Set(sockets.map(({ port }) => port));
  return [...ports].sort((a, b) => a - b).join(', ') || 'nothing';
}
