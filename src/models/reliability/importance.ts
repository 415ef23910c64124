import { compileLogic, type Logic } from './bdd-logic.ts';
import { type Evaluator, evaluatorOf } from './bdd-probability.ts';
import { requirePositive, requireProbability } from './ranges.ts';

/** A part that fails and is repaired independently of the others. */
export interface Part {
  readonly unavailability: number;
  /** Failures per hour while it works; absent where only the probability at an instant matters. */
  readonly failureRate?: number;
}

/** What one part means to the whole. With q its own unavailability and U that of the whole. */
export interface Importance {
  readonly name: string;
  readonly unavailability: number;
  /** Chance that the whole hangs on this part: U(failed) − U(perfect). */
  readonly birnbaum: number;
  /** Chance that the part is down and decisive, given that the whole is down: birnbaum · q / U. */
  readonly criticality: number;
  /** Chance that the part is down, given that the whole is down. */
  readonly diagnosis: number;
  /** Risk achievement worth: U with the part down, relative to U. */
  readonly riskAchievement: number;
  /** Risk reduction worth: U relative to U with a perfect part; infinite for a part that alone causes U. */
  readonly riskReduction: number;
  /** Unavailability that a perfect part would save: birnbaum · q. */
  readonly saved: number;
  /** Share of the outages that this part's failure starts; absent without failure rates. */
  readonly shareOfOutages?: number;
}

/** A system of parts, solved. Frequency per hour and mean outage in hours where all parts have failure rates. */
export interface SystemBehaviour {
  readonly unavailability: number;
  readonly frequency?: number;
  readonly meanOutage?: number;
  /** Most saved first. */
  readonly parts: readonly Importance[];
}

/**
 * Exact unavailability, outage frequency and importance of every part for a failure logic.
 *
 * `failure` says when the whole is down in terms of parts that are down. U by decision diagram, shared parts counted
 * once; frequency w = Σ birnbaum_i (1 − q_i) λ_i, mean outage U / w (Barlow and Proschan, 1975; Vesely 1970).
 * The importances are those of fault-tree analysis; criticality and diagnosis do not add up to 1. The frequency
 * holds for logic in which a further failure never mends anything.
 * @throws RangeError for an unknown or impossible part, and as `compileLogic`.
 */
export function analyseFailure(failure: Logic, parts: Readonly<Record<string, Part>>): SystemBehaviour {
  const compiled = compileLogic(failure);
  const known = compiled.names.map((name) => partOf(parts, name));
  const q = known.map((part) => part.unavailability);
  const evaluator = evaluatorOf(compiled);
  const unavailability = evaluator.probability(q);
  const birnbaum = evaluator.birnbaum(q);
  const starts = known.map((part, i) => startsOf(part, birnbaum[i] as number));
  const rated = known.length > 0 && known.every((part) => part.failureRate !== undefined);
  const frequency = starts.reduce((sum, w) => sum + w, 0);
  const importances = compiled.names.map((name, i) => ({
    ...importanceOf(evaluator, q, i, unavailability, birnbaum[i] as number),
    name,
    ...(rated && { shareOfOutages: frequency > 0 ? (starts[i] as number) / frequency : 0 }),
  }));
  return {
    unavailability,
    ...(rated && { frequency, meanOutage: frequency > 0 ? unavailability / frequency : 0 }),
    parts: importances.sort((a, b) => b.saved - a.saved || a.name.localeCompare(b.name)),
  };
}

function partOf(parts: Readonly<Record<string, Part>>, name: string): Part {
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (!part) throw new RangeError(`part ${name} is named in the logic but not given`);
  requireProbability(`unavailability of ${name}`, part.unavailability);
  requirePositive(`failure rate of ${name}`, part.failureRate ?? 0, 'zero allowed');
  return part;
}

function startsOf(part: Part, birnbaum: number): number {
  return birnbaum * (1 - part.unavailability) * (part.failureRate ?? 0);
}

function importanceOf(
  evaluator: Evaluator,
  q: readonly number[],
  i: number,
  whole: number,
  birnbaum: number,
): Omit<Importance, 'name'> {
  const given = (value: number): number =>
    evaluator.probability(q.map((own, at) => (at === i ? value : own)));
  const own = q[i] as number;
  const failed = given(1);
  const perfect = given(0);
  const relative = (value: number): number => (whole > 0 ? value / whole : 0);
  return {
    unavailability: own,
    birnbaum,
    criticality: relative(birnbaum * own),
    diagnosis: relative(own * failed),
    riskAchievement: relative(failed),
    riskReduction: perfect > 0 ? whole / perfect : Number.POSITIVE_INFINITY,
    saved: birnbaum * own,
  };
}
