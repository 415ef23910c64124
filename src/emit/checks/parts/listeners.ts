import type { Fault } from '../../checks.ts';
import { type Claim, type Deployment, faultIn, type Part, type Socket } from './part.ts';
import { mayListen, openOn, portList } from './sockets.ts';

/**
 * What is asked whether it is ready, published or declared is a port on which the part listens; none is taken twice.
 * Where nothing says what a part listens on, nothing can be said about it.
 */
export function portFaults({ parts }: Deployment): Fault[] {
  return [
    ...parts.flatMap((part) => part.claims.flatMap((claim) => claimFaults(part, claim))),
    ...twice(parts),
  ];
}

function claimFaults(part: Part, { says, host, port, outside, place }: Claim): Fault[] {
  if (mayListen(part, port, (socket) => isSame(socket, host) && !(outside && socket.local))) return [];
  const message = `${part.shown} listens on ${portList(openOn(part))}, but ${says} ${port}`;
  return [faultIn('ports', place, message, 'give a port that its config or its command binds')];
}

/** An address that is said only as a port, or that stands for all addresses, is any. */
function isSame({ host }: Pick<Socket, 'host'>, wanted: string): boolean {
  const isOne = (each: string) => /^127\./.test(each);
  return !isOne(host) || !isOne(wanted) || host === wanted;
}

function twice(parts: readonly Part[]): Fault[] {
  const owners = new Map<string, string>();
  return parts.flatMap(({ shown, takes }) =>
    takes.flatMap(({ address, place }) => {
      const owner = owners.get(address);
      if (owner === undefined) {
        owners.set(address, shown);
        return [];
      }
      const message = `${shown} takes ${address}, which ${owner} has`;
      return [faultIn('ports', place, message, 'give each a port of its own')];
    }),
  );
}

/** A part listens under its own name, and where its file has to say on what, the file says all of it. */
export function listenerFaults({ parts, doc }: Deployment): Fault[] {
  return parts.flatMap((part) => [
    ...part.sockets
      .filter(({ host }) => isName(host) && ![part.name, ...part.aliases, 'localhost'].includes(host))
      .map(({ host, place }) =>
        faultIn('listeners', place, `${part.shown} listens as ${host}`, `let it listen as ${part.name}`),
      ),
    ...undeclared(part).map(({ port, place }) =>
      faultIn(
        'listeners',
        place,
        `${part.shown} listens on ${port}, which is not among its ports in ${doc.file.path}`,
        'add it to ports, or mend the config',
      ),
    ),
  ]);
}

/** One with dots is of a domain, whose names are not known here. */
function isName(host: string): boolean {
  return /^[a-z][^.]*$/i.test(host);
}

function undeclared({ sockets, declared }: Part): readonly Socket[] {
  if (declared === undefined) return [];
  return sockets.filter(
    ({ port, host, isSure }) =>
      isSure && !declared.some((each) => each.port === port && isSame({ host }, each.host)),
  );
}
