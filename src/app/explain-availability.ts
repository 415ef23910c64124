import type { AvailabilityNumber } from '../plan/availability/explained/number.ts';
import type { PlanQuantity } from '../plan/types.ts';
import type { Explanation } from '../sheet/types.ts';
import { type AvailabilityRequest, availabilityOf } from './availability.ts';
import type { PlanResponse } from './plan.ts';

/** The numbers of an availability plan, to be listed or explained. */
export interface ExplainedAvailability {
  readonly names: readonly string[];
  /** Those that have a value. */
  readonly quantities: readonly PlanQuantity[];
  /** The tree behind one of them; undefined for any other name. */
  readonly explain: (
    name: string,
  ) => { readonly explanation: Explanation; readonly latex?: string } | undefined;
}

/** Works out how often a plan fails, and tells each number of it. Throws `InvalidInput`. */
export async function explainedAvailability(
  request: AvailabilityRequest,
  planned: PlanResponse,
): Promise<ExplainedAvailability> {
  const { plan } = planned;
  const { made, spec } = await availabilityOf(request, planned);
  const { partsOf } = await import('../plan/availability/parts.ts');
  const { availabilityNumbers, explainNumber } = await import('../plan/availability/explained/explain.ts');
  const numbers = availabilityNumbers(made, partsOf(plan, spec), request.mission !== undefined);
  return {
    names: [...numbers.keys()],
    quantities: [...numbers.values()].filter(({ name }) => !plan.quantities.has(name)).flatMap(quantityOf),
    explain: (name) => {
      const number = numbers.get(name);
      if (number === undefined) return undefined;
      const { latex } = number;
      const explanation = explainNumber(numbers, plan, name);
      return { explanation, ...(latex === undefined ? {} : { latex }) };
    },
  };
}

function quantityOf(number: AvailabilityNumber): PlanQuantity[] {
  const { name, meaning, value, unit, display, origin, formula, inputs } = number;
  if (value === undefined || unit === undefined) return [];
  return [
    { name, meaning, value, unit, display, origin, ...(formula === undefined ? {} : { formula }), inputs },
  ];
}
