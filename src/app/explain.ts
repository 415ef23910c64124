import type { Plan, PlanQuantity } from '../plan/types.ts';
import { nearest } from '../problems/nearest.ts';
import { InvalidInput } from '../problems/problem.ts';
import type { Explanation, ObjectDeclaration } from '../sheet/types.ts';
import { makePlan, type PlanRequest } from './plan.ts';

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

/**
 * The tree behind one quantity or structured input of the plan, down to its origins; for a name that only begins others
 * (`worker.machines`), the list of those. Throws `InvalidInput` where there is neither.
 */
export async function explainQuantity(
  request: PlanRequest,
  name: string,
): Promise<ExplainResponse | QuantityList> {
  const { plan, chosen } = await makePlan(request);
  const { sheet } = plan;
  if (!sheet.quantities.has(name) && !sheet.objects.has(name)) {
    const below = listed(plan, `${name.replace(/\.$/, '')}.`);
    if (below.quantities.length + below.objects.length > 0) return { ...below, chosen };
    throw new InvalidInput([unknownQuantity(name, [...sheet.quantities.keys(), ...sheet.objects.keys()])]);
  }
  const { explain } = await import('../sheet/explain.ts');
  const explanation = explain(sheet, sheet.evaluate(), name);
  const { formulaLatex } = await import('../sheet/latex.ts');
  const latex = explanation.formula === undefined ? undefined : formulaLatex(sheet, name);
  return { explanation, ...(latex === undefined ? {} : { latex }), chosen };
}

/** All quantities and structured inputs of the plan, in the order of the sheet. */
export async function listQuantities(request: PlanRequest): Promise<QuantityList> {
  const { plan, chosen } = await makePlan(request);
  return { ...listed(plan, ''), chosen };
}

function listed(plan: Plan, prefix: string): Omit<QuantityList, 'chosen'> {
  const begins = ({ name }: { readonly name: string }) => name.startsWith(prefix);
  return {
    quantities: [...plan.quantities.values()].filter(begins),
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
