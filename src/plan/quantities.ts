import type { Sheet, Uncertainty } from '../sheet/types.ts';
import { formatQuantity } from '../units/format.ts';
import { inCanonicalUnit, parseUnit } from '../units/unit.ts';
import type { PlanQuantity } from './types.ts';

/** Every quantity of an evaluated sheet, ready to be shown. */
export function planQuantities(
  sheet: Sheet,
  values: ReadonlyMap<string, number>,
): ReadonlyMap<string, PlanQuantity> {
  return new Map(
    [...sheet.quantities.values()].map((quantity) => {
      const { name, meaning, unit, origin, formula, inputs, uncertain } = quantity;
      const base = values.get(name) ?? Number.NaN;
      let display: string | undefined;
      return [
        name,
        {
          name,
          meaning,
          ...inCanonicalUnit(base, unit),
          // Few of them are ever shown, and exact decimals would cost a sixth of the time of a plan.
          get display() {
            display ??= formatQuantity(base, unit);
            return display;
          },
          origin,
          ...(formula === undefined ? {} : { formula }),
          inputs,
          ...(uncertain === undefined ? {} : { uncertain: canonicalInterval(uncertain, unit) }),
        },
      ];
    }),
  );
}

/** An interval in the unit in which the value is given too. */
function canonicalInterval({ low, mid, high, confidence }: Uncertainty, unit: string): Uncertainty {
  const { factor } = parseUnit(unit);
  const shown = (value: number) => inCanonicalUnit(value * factor, unit).value;
  return { low: shown(low), mid: shown(mid), high: shown(high), confidence };
}
