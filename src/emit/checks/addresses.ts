/** A host with a port, as it stands in a config. */
export interface Address {
  readonly host: string;
  readonly port: number | undefined;
  /** Line in the text; 1-based. */
  readonly line: number;
}

const hostPattern = String.raw`[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*`;

/** `host:port`, also after a scheme or credentials; not part of a longer word, a digest or a time. */
const withPort = new RegExp(
  String.raw`(?<![\w.%$\/@:-]|\\)(?:[a-z][a-z0-9+]*:\/\/(?:[^\s/@"']*@)?)?(${hostPattern}):(\d{2,5})(?![\w.:-])`,
  'g',
);
const credentials = new RegExp(String.raw`@(${hostPattern}):(\d{2,5})(?![\w.:-])`, 'g');
const listed = new RegExp(String.raw`(?<=\d,)(${hostPattern}):(\d{2,5})(?![\w.:-])`, 'g');
/** A name of the cluster's DNS needs no port to be told from other words. */
const inCluster = new RegExp(String.raw`(${hostPattern}\.svc(?:\.cluster\.local)?)(?![\w-])(?!:\d)`, 'g');

/** Addresses in a text, comments left out. A config may name hosts that are no hosts of the tree: the caller knows. */
export function addressesIn(text: string): Address[] {
  return text.split('\n').flatMap((whole, index) => {
    const line = index + 1;
    const code = withoutComment(whole);
    const found = new Map<string, Address>();
    for (const pattern of [withPort, credentials, listed, inCluster]) {
      for (const [, host = '', port] of code.matchAll(pattern)) {
        found.set(`${host}:${port}`, { host, port: port === undefined ? undefined : Number(port), line });
      }
    }
    return [...found.values()];
  });
}

/** `#` begins a comment at the start of a line or after a space; in JSON there is none, and no such `#` either. */
function withoutComment(line: string): string {
  const at = /(^|\s)#/.exec(line);
  return at === null ? line : line.slice(0, at.index);
}
