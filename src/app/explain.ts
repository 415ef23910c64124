import type { PlanQuantity } from '../plan/types.ts';
import { nearest } from '../problems/nearest.ts';
import { InvalidInput } from '../problems/problem.ts';
import type { Explanation } from '../sheet/types.ts';
import { makePlan, type PlanRequest } from './plan.ts';

export interface ExplainResponse {
  readonly explanation: Explanation;
  /** The formula as LaTeX; absent for a quantity that is not computed. */
  readonly latex?: string;
  readonly chosen: readonly string[];
}

export interface QuantityList {
  readonly quantities: readonly PlanQuantity[];
  readonly chosen: readonly string[];
}

/** The tree behind one quantity of the plan, down to its origins; throws `InvalidInput` where there is none of that name. */
export async function explainQuantity(request: PlanRequest, name: string): Promise<ExplainResponse> {
  const { plan, chosen } = await makePlan(request);
  const { sheet } = plan;
  if (!sheet.quantities.has(name) && !sheet.objects.has(name)) {
    throw new InvalidInput([unknownQuantity(name, [...sheet.quantities.keys(), ...sheet.objects.keys()])]);
  }
  const { explain } = await import('../sheet/explain.ts');
  const explanation = explain(sheet, sheet.evaluate(), name);
  const { formulaLatex } = await import('../sheet/latex.ts');
  const latex = explanation.formula === undefined ? undefined : formulaLatex(sheet, name);
  return { explanation, ...(latex === undefined ? {} : { latex }), chosen };
}

/** All quantities of the plan, in the order of the sheet. */
export async function listQuantities(request: PlanRequest): Promise<QuantityList> {
  const { plan, chosen } = await makePlan(request);
  return { quantities: [...plan.quantities.values()], chosen };
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
