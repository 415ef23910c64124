import type { Plan, PlanQuantity } from '../plan/types.ts';
import { nearest } from '../problems/nearest.ts';
import { InvalidInput } from '../problems/problem.ts';
import type { Explanation, ObjectDeclaration } from '../sheet/types.ts';
import type { AvailabilityRequest } from './availability.ts';
import { explainedAvailability } from './explain-availability.ts';
import { makePlan, type PlanResponse } from './plan.ts';

export interface ExplainResponse {
  readonly explanation: Explanation;
  /** The formula as LaTeX; absent for a quantity that is not computed. */
  readonly latex?: string;
  readonly chosen: readonly string[];
}

export interface QuantityList {
  readonly quantities: readonly PlanQuantity[];
  readonly objects: readonly ObjectDeclaration[];
  readonly chosen: readonly string[];
}

/** Which plan, and with which mission and incidents availability is read. */
export type ExplainRequest = AvailabilityRequest;

/**
 * The tree behind one quantity, structured input or availability number of the plan, down to its origins; for a name that
 * only begins others (`worker.machines`), the list of those. How often it fails is only worked out where the name is no
 * quantity of the sheet. Throws `InvalidInput` where there is neither.
 */
export async function explainQuantity(
  request: ExplainRequest,
  name: string,
): Promise<ExplainResponse | QuantityList> {
  const planned = await makePlan(request);
  const { plan, chosen } = planned;
  const { sheet } = plan;
  if (!sheet.quantities.has(name) && !sheet.objects.has(name)) return explainOther(request, planned, name);
  const { explain } = await import('../sheet/explain.ts');
  const explanation = explain(sheet, sheet.evaluate(), name);
  const { formulaLatex } = await import('../sheet/latex.ts');
  const latex = explanation.formula === undefined ? undefined : formulaLatex(sheet, name);
  return { explanation, ...(latex === undefined ? {} : { latex }), chosen };
}

/** A name that the sheet does not have: a number of the availability plan, or what only begins names. */
async function explainOther(
  request: ExplainRequest,
  planned: PlanResponse,
  name: string,
): Promise<ExplainResponse | QuantityList> {
  const { plan, chosen } = planned;
  const availability = await explainedAvailability(request, planned);
  const found = availability.explain(name);
  if (found !== undefined) return { ...found, chosen };
  const below = listed(plan, availability.quantities, `${name.replace(/\.$/, '')}.`);
  if (below.quantities.length + below.objects.length > 0) return { ...below, chosen };
  const { quantities, objects } = plan.sheet;
  throw new InvalidInput([
    unknownQuantity(name, [...quantities.keys(), ...objects.keys(), ...availability.names]),
  ]);
}

/** All quantities, structured inputs and availability numbers of the plan. */
export async function listQuantities(request: ExplainRequest): Promise<QuantityList> {
  const planned = await makePlan(request);
  const { quantities } = await explainedAvailability(request, planned);
  return { ...listed(planned.plan, quantities, ''), chosen: planned.chosen };
}

function listed(plan: Plan, others: readonly PlanQuantity[], prefix: string): Omit<QuantityList, 'chosen'> {
  const begins = ({ name }: { readonly name: string }) => name.startsWith(prefix);
  return {
    quantities: [...plan.quantities.values(), ...others].filter(begins),
    objects: [...plan.sheet.objects.values()].filter(begins),
  };
}

function unknownQuantity(name: string, known: readonly string[]) {
  const meant = nearest(name, known) ?? known.find((each) => each.endsWith(`.${name}`));
  return {
    code: 'bad-flag',
    message: `no quantity is called ${name}`,
    advice: meant
      ? `did you mean ${meant}? headroom explain without a name lists all`
      : 'headroom explain without a name lists all quantities',
  } as const;
}
