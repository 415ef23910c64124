import { availability, observedIn } from '../../../src/plan/availability/availability.ts';
import type { Proof } from '../../../src/plan/availability/demonstrated.ts';
import { partsOf } from '../../../src/plan/availability/parts.ts';
import { proofOf } from '../../../src/plan/availability/proof.ts';
import type { AvailabilityPlan, AvailabilityRow, Question } from '../../../src/plan/availability/types.ts';
import { buildPlan } from '../../../src/plan/build.ts';
import { exampleText } from '../../../src/spec/example.ts';
import { readSpec } from '../../../src/spec/read.ts';
import type { Spec } from '../../../src/spec/types.ts';

/** The text of the built-in example with some of its pieces replaced; each piece must be there. */
export function exampleWith(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the built-in example has no ${from}`);
    return text.replace(from, to);
  }, exampleText);
}

/** Spec, plan, and the parts of the model of a text. */
export function modelOf(text: string = exampleText) {
  const spec = readSpec(text, 'headroom.yaml');
  const plan = buildPlan({ spec, sets: [] });
  return { spec, plan, parts: partsOf(plan, spec) };
}

/** Availability of a text, for a mission of a year. */
export function availabilityOf(text: string = exampleText, missionHours = 8766): AvailabilityPlan {
  const { spec, plan } = modelOf(text);
  return availability({ plan, spec, missionHours, observed: observedProofs(spec) });
}

/** What the spec has observed, proved. */
export function observedProofs(spec: Spec): ReadonlyMap<string, Proof> {
  return new Map([...observedIn(spec)].map(([id, seen]) => [id, proofOf(seen)]));
}

export function rowOf(made: AvailabilityPlan, question: Question, id: string): AvailabilityRow {
  const table = made.tables.find((each) => each.question === question);
  const found = id === 'service' ? table?.service : table?.rows.find((row) => row.id === id);
  if (found === undefined) throw new Error(`no row ${id} in ${question}`);
  return found;
}

/** Places in the example where texts are put in. */
export const pieces = {
  causes: '  outages: 4 /y\n',
  machine: '    unavailability: 1 %\n',
  observed: '    observed: {time: 90 d, outages: 0}\n',
  queueFailover: '    failover: automatic # an election; people would take half an hour\n',
  placement: '  spread: zones # or none\n',
} as const;
