import { Bdd, type Root, TooManyNodes } from './bdd.ts';
import { requireCount } from './ranges.ts';

/** A function of named parts. The same name means the same part, wherever it stands. */
export type Logic =
  | string
  | { readonly and: readonly Logic[] }
  | { readonly or: readonly Logic[] }
  | { readonly atLeast: number; readonly of: readonly Logic[] }
  | { readonly xor: readonly Logic[] }
  | { readonly not: Logic };

/** A function as a decision diagram: variable i is `names[i]`. */
export interface Compiled {
  readonly bdd: Bdd;
  readonly root: Root;
  readonly names: readonly string[];
}

/** Orders in which the operands of a gate are visited; each gives an order of the variables. */
const visits: readonly ((operands: readonly Logic[]) => readonly Logic[])[] = [
  (operands) => operands,
  (operands) => [...operands].sort((a, b) => weightOf(a) - weightOf(b)),
  (operands) => [...operands].sort((a, b) => weightOf(b) - weightOf(a)),
];

/**
 * Compiles a function of parts into a decision diagram.
 *
 * The variables are ordered by the first visit from the top, depth first, operands as written; where that needs more
 * than `maxNodes` nodes, small operands first, then large ones first.
 * @throws RangeError for a gate without operands or an impossible `atLeast`.
 * @throws TooManyNodes when no order fits.
 */
export function compileLogic(logic: Logic, maxNodes = 4_000_000): Compiled {
  for (const [attempt, visit] of visits.entries()) {
    const names = namesOf(logic, visit);
    const level = new Map(names.map((name, i) => [name, i]));
    const bdd = new Bdd(maxNodes);
    try {
      return { bdd, root: build(bdd, level, logic, new Map()), names };
    } catch (error) {
      if (!(error instanceof TooManyNodes) || attempt === visits.length - 1) throw error;
    }
  }
  throw new TooManyNodes(maxNodes);
}

/** Operands of a gate. @throws RangeError for none. */
export function operandsOf(logic: Exclude<Logic, string>): readonly Logic[] {
  const operands =
    'and' in logic
      ? logic.and
      : 'or' in logic
        ? logic.or
        : 'xor' in logic
          ? logic.xor
          : 'of' in logic
            ? logic.of
            : [logic.not];
  if (operands.length === 0) throw new RangeError('number of operands of a gate must be at least 1, not 0');
  return operands;
}

function weightOf(logic: Logic): number {
  if (typeof logic === 'string') return 1;
  return operandsOf(logic).reduce((total, operand) => total + weightOf(operand), 0);
}

function namesOf(logic: Logic, visit: (operands: readonly Logic[]) => readonly Logic[]): string[] {
  const names = new Set<string>();
  const walk = (at: Logic): void => {
    if (typeof at === 'string') names.add(at);
    else visit(operandsOf(at)).forEach(walk);
  };
  walk(logic);
  return [...names];
}

function build(bdd: Bdd, level: ReadonlyMap<string, number>, logic: Logic, done: Map<Logic, Root>): Root {
  const known = done.get(logic);
  if (known !== undefined) return known;
  const root =
    typeof logic === 'string'
      ? bdd.variable(level.get(logic) as number)
      : gate(
          bdd,
          logic,
          operandsOf(logic).map((operand) => build(bdd, level, operand, done)),
        );
  done.set(logic, root);
  return root;
}

function gate(bdd: Bdd, logic: Exclude<Logic, string>, operands: readonly Root[]): Root {
  if ('and' in logic) return operands.reduce((f, g) => bdd.and(f, g), 1);
  if ('or' in logic) return operands.reduce((f, g) => bdd.or(f, g), 0);
  if ('xor' in logic) return operands.reduce((f, g) => bdd.ite(f, bdd.not(g), g), 0);
  if ('not' in logic) return bdd.not(operands[0] as Root);
  requireCount('atLeast', logic.atLeast);
  if (logic.atLeast > operands.length) {
    throw new RangeError(`atLeast must not exceed its ${operands.length} operands, not ${logic.atLeast}`);
  }
  return bdd.atLeast(logic.atLeast, operands);
}
