/** Node number of a function in a diagram; 0 is false, 1 is true. */
export type Root = number;

const terminalLevel = 0x7fffffff;

/**
 * A reduced ordered binary decision diagram with a table of unique nodes (Bryant, IEEE ToC C-35(8), 1986; ite as in
 * Brace, Rudell and Bryant, DAC 1990). Equal functions have equal roots. Variables are levels 0, 1, … from the top.
 * Building throws `TooManyNodes` above `maxNodes`.
 */
export class Bdd {
  level: Int32Array = new Int32Array(1024).fill(terminalLevel);
  low: Int32Array = new Int32Array(1024);
  high: Int32Array = new Int32Array(1024);
  /** Nodes in use, the two terminals included. A node's children have smaller numbers than the node. */
  size = 2;
  readonly #maxNodes: number;
  #unique: Int32Array = new Int32Array(4096);
  readonly #cacheMask = (1 << 16) - 1;
  readonly #cache: Int32Array = new Int32Array(4 << 16).fill(-1);

  constructor(maxNodes = 4_000_000) {
    this.#maxNodes = maxNodes;
  }

  /** The function that is true when a variable is. */
  variable(level: number): Root {
    return this.#node(level, 0, 1);
  }

  and(f: Root, g: Root): Root {
    return this.ite(f, g, 0);
  }

  or(f: Root, g: Root): Root {
    return this.ite(f, 1, g);
  }

  not(f: Root): Root {
    return this.ite(f, 0, 1);
  }

  /** At least `least` of several functions: one row per function, each entry decided by the next function. */
  atLeast(least: number, functions: readonly Root[]): Root {
    const row: Root[] = [1, ...new Array<Root>(Math.max(0, least)).fill(0)];
    for (const f of [...functions].reverse()) {
      for (let j = least; j >= 1; j--) row[j] = this.ite(f, row[j - 1] as Root, row[j] as Root);
    }
    return row[Math.max(0, least)] as Root;
  }

  /** If f then g else h. */
  ite(f: Root, g: Root, h: Root): Root {
    if (f === 1 || g === h) return f === 1 ? g : h;
    if (f === 0) return h;
    if (g === 1 && h === 0) return f;
    const at = 4 * (hash(f, g, h) & this.#cacheMask);
    const cache = this.#cache;
    if (cache[at] === f && cache[at + 1] === g && cache[at + 2] === h) return cache[at + 3] as Root;
    const top = Math.min(this.#levelOf(f), this.#levelOf(g), this.#levelOf(h));
    const low = this.ite(this.#child(f, top, 0), this.#child(g, top, 0), this.#child(h, top, 0));
    const high = this.ite(this.#child(f, top, 1), this.#child(g, top, 1), this.#child(h, top, 1));
    const result = this.#node(top, low, high);
    cache[at] = f;
    cache[at + 1] = g;
    cache[at + 2] = h;
    cache[at + 3] = result;
    return result;
  }

  /** Value of a function when variable `level` is false (0) or true (1), for `level` not below the root's. */
  #child(f: Root, level: number, value: 0 | 1): Root {
    if (this.#levelOf(f) !== level) return f;
    return (value === 0 ? this.low[f] : this.high[f]) as Root;
  }

  #levelOf(f: Root): number {
    return this.level[f] as number;
  }

  #node(level: number, low: Root, high: Root): Root {
    if (low === high) return low;
    const mask = this.#unique.length - 1;
    let slot = hash(level, low, high) & mask;
    for (let n = this.#unique[slot] as number; n !== 0; n = this.#unique[slot] as number) {
      if (this.level[n] === level && this.low[n] === low && this.high[n] === high) return n;
      slot = (slot + 1) & mask;
    }
    if (this.size >= this.#maxNodes) throw new TooManyNodes(this.#maxNodes);
    const node = this.size++;
    if (node >= this.level.length) this.#grow();
    this.level[node] = level;
    this.low[node] = low;
    this.high[node] = high;
    this.#unique[slot] = node;
    if (this.size * 2 > this.#unique.length) this.#rehash();
    return node;
  }

  #grow(): void {
    const wider = (values: Int32Array): Int32Array => {
      const copy = new Int32Array(values.length * 2);
      copy.set(values);
      return copy;
    };
    this.level = wider(this.level);
    this.low = wider(this.low);
    this.high = wider(this.high);
  }

  #rehash(): void {
    const table = new Int32Array(this.#unique.length * 2);
    const mask = table.length - 1;
    for (let n = 2; n < this.size; n++) {
      let slot = hash(this.level[n] as number, this.low[n] as number, this.high[n] as number) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = n;
    }
    this.#unique = table;
  }
}

function hash(a: number, b: number, c: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** A diagram grew beyond its limit: another order of the variables may do. */
export class TooManyNodes extends Error {
  constructor(limit: number) {
    super(`decision diagram needs more than ${limit} nodes`);
    this.name = 'TooManyNodes';
  }
}
