import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plan } from '../plan/types.ts';
import { nearest } from '../problems/nearest.ts';
import { InvalidInput } from '../problems/problem.ts';
import type { RuleChoices } from '../rules/from-plan.ts';
import type { ReplayReport } from '../rules/replay-file.ts';
import type { Cadence, RuleModel } from '../rules/types.ts';
import { parseQuantity } from '../units/quantity.ts';
import { UnitError } from '../units/unit-error.ts';
import { makePlan, type PlanRequest } from './plan.ts';
import { readInput } from './read-input.ts';

export interface RulesRequest extends PlanRequest {
  /** `--catalogue`: id of a published set of alerts, or a file of one's own. */
  readonly catalogue: string;
  /** `--scrape` and `--evaluation`: times such as `15 s`. */
  readonly scrape: string;
  readonly evaluation: string;
}

export interface RulesResponse {
  readonly plan: Plan;
  readonly model: RuleModel;
  readonly chosen: readonly string[];
}

/** The objectives of the plan as the model of all rules. Throws `InvalidInput`. */
export async function planRules(request: RulesRequest): Promise<RulesResponse> {
  const cadence = cadenceOf(request);
  const { plan, chosen } = await makePlan(request);
  return { plan, chosen, model: await modelOf(plan, await ruleChoices(request, plan, cadence)) };
}

export interface ReplayRequest extends RulesRequest {
  /** `--replay`: a CSV file. */
  readonly replay: string;
  /** `--objective`: name of an objective of the rules; the availability where left out. */
  readonly objective?: string | undefined;
}

export interface ReplayResponse {
  readonly report: ReplayReport;
  readonly chosen: readonly string[];
}

/** Replays a file through the alerts of one objective of the plan. Throws `InvalidInput`. */
export async function replaySlo(request: ReplayRequest): Promise<ReplayResponse> {
  const { plan, model, chosen } = await planRules(request);
  const { objective: name = 'availability' } = request;
  const objective = model.objectives.find(({ slo }) => slo === name);
  if (objective === undefined) throw unknownObjective(name, model.objectives);
  const { replayFile } = await import('../rules/replay-file.ts');
  const text = readInput(resolve(request.cwd, request.replay), request.replay).toString('utf8');
  return { report: replayFile(text, request.replay, objective, plan, model.cadence), chosen };
}

/** How often the flags want metrics and rules to be looked at. Throws `InvalidInput`. */
export function cadenceOf({ scrape, evaluation }: RulesRequest): Cadence {
  return {
    scrapeSeconds: wholeSeconds('--scrape', scrape),
    evaluationSeconds: wholeSeconds('--evaluation', evaluation),
  };
}

/** The alerts that the flags stand for: a published set, or those of a file. Throws `InvalidInput`. */
export async function ruleChoices(
  { catalogue, cwd }: RulesRequest,
  plan: Plan,
  cadence: Cadence,
): Promise<RuleChoices> {
  const { publishedSets } = await import('../rules/from-plan.ts');
  const sets = publishedSets();
  if (sets.includes(catalogue)) return { catalogue, cadence };
  const path = resolve(cwd, catalogue);
  if (!existsSync(path)) throw new InvalidInput([unknownSet(catalogue, sets)]);
  const { readAlerts } = await import('../rules/read-alerts.ts');
  const period = plan.quantities.get('objectives.availability.window')?.value ?? Number.NaN;
  const alerts = readAlerts(readInput(path, catalogue).toString('utf8'), catalogue, period);
  return { catalogue, cadence, alerts };
}

/** The model of the rules of a plan. Throws `InvalidInput` for an objective of which no rules can be made. */
export async function modelOf(plan: Plan, choices: RuleChoices): Promise<RuleModel> {
  const { rulesOfPlan } = await import('../rules/from-plan.ts');
  const { checkModel } = await import('../rules/check-model.ts');
  try {
    const model = rulesOfPlan(plan, choices);
    checkModel(model);
    requireWindows(plan, model);
    return model;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidInput([
      {
        code: 'out-of-range',
        message: `no rules can be made of the objectives: ${error.message}`,
        advice: 'choose other objectives or windows in the spec, or other alerts by --catalogue',
      },
    ]);
  }
}

/** An alert that looks further back than its objective counts would judge what the budget no longer holds. */
function requireWindows({ quantities }: Plan, { objectives }: RuleModel): void {
  const [objective] = objectives;
  const long = objective?.alerts.find(({ longSeconds }) => longSeconds > objective.periodSeconds);
  if (long === undefined) return;
  const origin = quantities.get('objectives.availability.window')?.origin;
  const place = origin?.kind === 'given' && 'line' in origin ? origin : undefined;
  throw new InvalidInput([
    {
      code: 'out-of-range',
      ...(place ? { file: place.file, line: place.line, column: place.column } : {}),
      message: `the window of the objective is shorter than the long window of the alert ${long.name}`,
      advice: 'count the objective over a longer window, or choose other alerts with --catalogue',
    },
  ]);
}

/** Prometheus counts in whole seconds. */
function wholeSeconds(flag: string, text: string): number {
  try {
    const { value, unit } = parseQuantity(text);
    const isTime = unit.dimension['s'] === 1 && Object.keys(unit.dimension).length === 1;
    if (isTime && value > 0 && Number.isSafeInteger(value)) return value;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
  }
  throw new InvalidInput([
    {
      code: 'bad-flag',
      message: `${flag} ${text} is no time of whole seconds above 0`,
      advice: `write for example ${flag} "15 s"`,
    },
  ]);
}

function unknownSet(name: string, sets: readonly string[]) {
  const meant = nearest(name, sets);
  return {
    code: 'bad-flag',
    message: `no set of alerts is called ${name}, and no file either`,
    advice: `${meant ? `did you mean ${meant}? ` : ''}there are ${sets.join(', ')}`,
  } as const;
}

/** The error of a name that no objective has, with what was meant. */
export function unknownObjective(name: string, known: readonly { readonly slo: string }[]): InvalidInput {
  const names = known.map(({ slo }) => slo);
  const meant = nearest(name, names);
  const advice = `${meant ? `did you mean ${meant}? ` : ''}there are ${names.join(', ')}`;
  return new InvalidInput([{ code: 'bad-flag', message: `no objective is called ${name} here`, advice }]);
}
