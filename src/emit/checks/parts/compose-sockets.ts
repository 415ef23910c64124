import type { Path } from '../../schema/json-schema.ts';
import type { Doc } from '../documents.ts';
import { textAt } from '../values.ts';
import { inDoc, type Socket, type Word } from './part.ts';

interface Program {
  readonly ports: readonly number[];
  /** Flags by which it listens on others; absent where its own config may say so too. */
  readonly flags?: RegExp;
}

/** Ports of programs that were given no other, by the last word of their image. */
const programs: Readonly<Record<string, Program>> = {
  prometheus: { ports: [9090], flags: /^--web\.listen-address/ },
  alertmanager: { ports: [9093, 9094], flags: /^--(?:web|cluster)\.listen-address=./ },
  redis: { ports: [6379] },
  nats: { ports: [4222, 6222, 8222] },
};

/** Whatever these listen on stands in their arguments. */
const told: Readonly<Record<string, RegExp>> = { versitygw: /^--(?:admin-|webui-?)?port/ };

/** What a service without a config of a known format listens on: what its words say, or what its program usually does. */
export function programSockets(
  service: unknown,
  words: readonly Word[],
  found: readonly Socket[],
  doc: Doc,
  path: Path,
): Socket[] {
  const [, image = ''] = /([^/:@]+)(?:[:@][^/]*)?$/.exec(textAt(service, ['image']) ?? '') ?? [];
  if (told[image] !== undefined) {
    const isSure = words.some(({ text }) => told[image]?.test(text));
    return found.map((each) => ({ ...each, isSure }));
  }
  const program = programs[image];
  if (program === undefined) return [...found];
  const { ports, flags } = program;
  const isSure = flags !== undefined && !words.some(({ text }) => flags.test(text));
  const place = inDoc(doc, [...path, 'image']);
  return [...found, ...ports.map((port) => ({ port, host: '', local: false, isSure, place }))];
}
