/** A port of a line `bind`. */
interface Bound {
  readonly port: number;
  readonly host: string;
  /** In the text; 1-based. */
  readonly line: number;
  readonly speaks?: 'http';
}

/** More ports than this in one range are not looked into. */
const longest = 1000;

/** Ports that a config of HAProxy binds; not those of sockets of the file system, nor of variables. */
export function haproxyListeners(text: string): Bound[] {
  const lines = text.split('\n').map((line) => line.trim());
  const modes = modesOf(lines);
  return lines.flatMap((line, index) => {
    const [, list] = /^bind\s+(\S+)/.exec(line) ?? [];
    const speaks = modes[index] === 'http' ? ({ speaks: 'http' } as const) : {};
    return (list?.split(',') ?? []).flatMap((each) =>
      portsOf(each).map((bound) => ({ ...bound, line: index + 1, ...speaks })),
    );
  });
}

/** `:80`, `*:80`, `ipv4@10.0.0.1:80`, `[::]:80` and `:8000-8010`; one over QUIC is no port of TCP. */
function portsOf(address: string): { port: number; host: string }[] {
  const [, host = '', first, last = first] =
    /^(?:ipv[46]@)?([\w.*-]*|\[[^\]]*\]|[\da-f:]*::):(\d+)(?:-(\d+))?$/i.exec(address) ?? [];
  const count = Number(last) - Number(first) + 1;
  if (first === undefined || count > longest) return [];
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({ port: Number(first) + index, host }));
}

/** At each line the mode of its section: its own, or that of the defaults that are its; undefined where none says it. */
function modesOf(lines: readonly string[]): (string | undefined)[] {
  const named = new Map<string, string | undefined>();
  let usual: string | undefined;
  let modes: (string | undefined)[] = [];
  for (const section of haproxySections(lines)) {
    const [kind, name = ''] = (section[0] ?? '').split(/\s+/);
    const from = / from\s+(\S+)/.exec(section[0] ?? '')?.[1];
    const own = section.map((line) => /^mode\s+(\w+)/.exec(line)?.[1]).findLast(Boolean);
    const mode = own ?? (from === undefined && kind !== 'defaults' ? usual : named.get(from ?? ''));
    if (kind === 'defaults') {
      usual = mode;
      named.set(name, mode);
    }
    modes = [...modes, ...section.map(() => mode)];
  }
  return modes;
}

const heads = /^(?:global|defaults|frontend|backend|listen|peers|resolvers|userlist|cache|program|ring)\b/;

/** Lines by sections; the first line of each is its head. What stands before the first head is a section, too. */
export function haproxySections(lines: readonly string[]): string[][] {
  const sections: string[][] = [[]];
  for (const line of lines) {
    if (heads.test(line)) sections.push([]);
    sections.at(-1)?.push(line);
  }
  return sections;
}
