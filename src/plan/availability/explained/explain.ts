import { explain } from '../../../sheet/explain.ts';
import type { Explanation } from '../../../sheet/types.ts';
import type { Plan } from '../../types.ts';
import type { Parts } from '../parts.ts';
import type { AvailabilityPlan } from '../types.ts';
import { curveNumbers } from './curve-numbers.ts';
import { dataNumbers } from './data-numbers.ts';
import { inputNumbers } from './input-numbers.ts';
import type { AvailabilityNumber } from './number.ts';
import { outlookNumbers } from './outlook-numbers.ts';
import { partNumbers } from './part-numbers.ts';
import { reachOf } from './reach.ts';
import { causeNumbers, rowNumbers } from './row-numbers.ts';

/** Every number of an availability plan by its name, those that it shows before those that they are made from. */
export function availabilityNumbers(
  made: AvailabilityPlan,
  parts: Parts,
  missionFlag: boolean,
): ReadonlyMap<string, AvailabilityNumber> {
  const reach = reachOf(parts, made);
  const numbers = [
    ...rowNumbers(made, reach),
    ...causeNumbers(made, reach),
    ...partNumbers(made),
    ...outlookNumbers(made, reach),
    ...curveNumbers(made, reach),
    ...dataNumbers(made, reach),
    ...inputNumbers(made, parts, missionFlag),
    ...incidentNumbers(made),
  ];
  return new Map(numbers.map((number) => [number.name, number]));
}

function incidentNumbers({ evidence }: AvailabilityPlan): AvailabilityNumber[] {
  if (evidence === undefined) return [];
  const { file } = evidence;
  const origin = { kind: 'measured', file, run: 'incidents' } as const;
  return [{ name: 'incidents', meaning: 'what was recorded of outages', display: file, origin, inputs: [] }];
}

/**
 * The tree behind one number, down to origins; where an input is a quantity of the sheet, the sheet's own tree goes on.
 * Equal subtrees are the same object. Throws a RangeError for a name that is none of the numbers.
 */
export function explainNumber(
  numbers: ReadonlyMap<string, AvailabilityNumber>,
  { sheet }: Plan,
  name: string,
): Explanation {
  const values = sheet.evaluate();
  const known = new Map<string, Explanation>();
  const build = (current: string): Explanation => {
    const found = known.get(current) ?? made(current);
    known.set(current, found);
    return found;
  };
  const made = (current: string): Explanation => {
    const number = numbers.get(current);
    if (number === undefined) return explain(sheet, values, current, known);
    const { latex: _, ...told } = number;
    return { ...told, inputs: number.inputs.map(build) };
  };
  return build(name);
}
