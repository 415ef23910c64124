/** A host with a port, as it stands in a config. */
export interface Address {
  readonly host: string;
  readonly port: number | undefined;
  /** `nats` of `nats://host:4222`, where it stands right before it. */
  readonly scheme?: string;
  /** Line in the text; 1-based. */
  readonly line: number;
}

const hostPattern = String.raw`[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*`;

const scheme = String.raw`(?:(?<scheme>[a-z][a-z0-9+]*):\/\/(?:[^\s/@"']*@)?)?`;
const port = String.raw`:(?<port>\d{2,5})(?![\w.:-])`;

const named = [
  /** `host:port`, also after a scheme or credentials; not part of a longer word, a digest or a time. */
  String.raw`(?<![\w.%$\/@:-]|\\)${scheme}(?<host>${hostPattern})${port}`,
  `@(?<host>${hostPattern})${port}`,
  String.raw`(?<=\d,)(?<host>${hostPattern})${port}`,
  /** A name of the cluster's DNS needs no port to be told from other words. */
  String.raw`(?<host>${hostPattern}\.svc(?:\.cluster\.local)?)(?![\w-])(?!:\d)`,
].map((pattern) => new RegExp(pattern, 'g'));

const loopback = [
  new RegExp(String.raw`(?<![\w.])${scheme}(?<host>127(?:\.\d{1,3}){3}|localhost)${port}`, 'g'),
];

/** Addresses in a text, comments left out. A config may name hosts that are no hosts of the tree: the caller knows. */
export function addressesIn(text: string): Address[] {
  return found(text, named);
}

/** The same for addresses of the machine, or of the container, that reads the text. */
export function loopbackIn(text: string): Address[] {
  return found(text, loopback);
}

function found(text: string, patterns: readonly RegExp[]): Address[] {
  return text.split('\n').flatMap((whole, index) => {
    const code = withoutComment(whole);
    const all = new Map<string, Address>();
    for (const { groups = {} } of patterns.flatMap((pattern) => [...code.matchAll(pattern)])) {
      const { host = '', port: number, scheme: before } = groups;
      const key = `${host}:${number}`;
      if (all.has(key)) continue;
      const shared = { host, port: number === undefined ? undefined : Number(number), line: index + 1 };
      all.set(key, before === undefined ? shared : { ...shared, scheme: before });
    }
    return [...all.values()];
  });
}

/** `#` begins a comment at the start of a line or after a space; in JSON there is none, and no such `#` either. */
function withoutComment(line: string): string {
  const at = /(^|\s)#/.exec(line);
  return at === null ? line : line.slice(0, at.index);
}
