import type { ListenConfig } from '../../service/shared/config-types.ts';
import { laptop } from '../../src/plan/scale.ts';
import { smallInput, smallTree } from '../emit/local-tree.ts';

export interface Balancer {
  /** haproxy.cfg as `headroom emit --target local` writes it, with other addresses. */
  readonly config: string;
  /** Whether it says in its own answers what the API says in its: a problem, and when to come back. */
  readonly hasPages: boolean;
}

/** What is emitted for one machine is what is drilled: before these API servers, and with its metrics at that address. */
export function emittedBalancer(servers: readonly ListenConfig[], metrics: ListenConfig): Balancer {
  // For a machine whose planned peak is above the load of the drills.
  const emitted = smallTree(smallInput('local', {}, laptop)).get('haproxy/haproxy-1.cfg');
  if (emitted === undefined) throw new Error('no load balancer is emitted');
  const textOf = ({ host, port }: ListenConfig) => `${host}:${port}`;
  const places: Readonly<Record<string, string[]>> = {
    // scripts/engines says where customers come in.
    bind: [`"\${HEADROOM_HOST}:\${HEADROOM_PORT}"`, textOf(metrics)],
    server: servers.map(textOf),
  };
  const config = emitted.replace(
    /^( +(bind|server) (?:[\w-]+ )?)127\.0\.0\.1:\d+/gm,
    (line, before: string, kind: string) => {
      const place = places[kind]?.shift();
      if (!place) throw new Error(`the emitted load balancer has one more: ${line}`);
      return before + place;
    },
  );
  if (Object.values(places).some((left) => left.length > 0)) {
    throw new Error('the emitted load balancer listens to less, or has fewer API servers');
  }
  return { config, hasPages: /^ +(http-error|errorfiles?) /m.test(config) };
}
