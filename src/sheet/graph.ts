/** Which names each name reads directly. */
export type Reads = ReadonlyMap<string, readonly string[]>;

/** Names in an order in which each comes after all that it reads; the ones in or behind a circle are left out. */
export function evaluationOrder(reads: Reads): string[] {
  const readers = readersOf(reads);
  const open = new Map([...reads].map(([name, inputs]) => [name, distinctKnown(inputs, reads).length]));
  const order = [...open].filter(([, count]) => count === 0).map(([name]) => name);
  for (let next = 0; next < order.length; next++) {
    for (const reader of readers.get(order[next] as string) ?? []) {
      const left = (open.get(reader) ?? 0) - 1;
      open.set(reader, left);
      if (left === 0) order.push(reader);
    }
  }
  return order;
}

/** The circles among the names, each once, beginning and ending with the same name. */
export function findCircles(reads: Reads): string[][] {
  const settled = new Set(evaluationOrder(reads));
  const circles: string[][] = [];
  for (const start of reads.keys()) {
    const path: string[] = [];
    let name: string | undefined = start;
    while (name !== undefined && !settled.has(name) && !path.includes(name)) {
      path.push(name);
      name = reads.get(name)?.find((input) => reads.has(input) && !settled.has(input));
    }
    if (name !== undefined && path.includes(name)) circles.push([...path.slice(path.indexOf(name)), name]);
    for (const visited of path) settled.add(visited);
  }
  return circles;
}

/** Everything that can be reached from `name` along the edges, without `name` itself. */
export function reachable(name: string, edges: Reads): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...(edges.get(name) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...(edges.get(next) ?? []));
  }
  return found;
}

/** The edges turned round: which names read each name. */
export function readersOf(reads: Reads): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const [name, inputs] of reads) {
    for (const input of new Set(inputs)) {
      const known = readers.get(input);
      if (known === undefined) readers.set(input, [name]);
      else known.push(name);
    }
  }
  return readers;
}

function distinctKnown(inputs: readonly string[], reads: Reads): string[] {
  return [...new Set(inputs)].filter((input) => reads.has(input));
}
