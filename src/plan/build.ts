import type { Measurement } from '../measurement/types.ts';
import { loadSheet } from '../sheet/load.ts';
import type { Declaration, FormulaDeclaration, Sheet, SheetDeclarations } from '../sheet/types.ts';
import type { Spec } from '../spec/types.ts';
import { deployment } from '../tiers/deployment.ts';
import { sheetFunctions } from '../tiers/functions.ts';
import { localDeployment } from '../tiers/local-deployment.ts';
import { findingsOf } from './findings.ts';
import { specDeclarations } from './inputs.ts';
import { citedWorker, essay, measuredWorker } from './measured.ts';
import { loadChecked, overridden } from './overrides.ts';
import { planQuantities } from './quantities.ts';
import { shapeDeclarations } from './shapes.ts';
import { planTier } from './tier-plan.ts';
import type { Plan } from './types.ts';
import { tiersOf } from './user-tiers.ts';

export interface PlanInput {
  readonly spec: Spec;
  /** Absent: the worker is sized from the figure that the essay cites. */
  readonly measurement?: { readonly file: string; readonly data: Measurement };
  /** `--set name=value`: a quantity or a formula. */
  readonly sets: readonly { readonly name: string; readonly text: string }[];
}

/** Spec and measurement become the plan. Throws InvalidInput where a formula of the user cannot be used. */
export function buildPlan(input: PlanInput): Plan {
  const { spec, measurement } = input;
  const tiers = tiersOf(spec);
  const { sheet, values } = loadChecked(declarationsOf(input), input.sets);
  const quantities = planQuantities(sheet, values);
  const tierPlans = tiers.map((tier) => planTier(tier, spec, values));
  return {
    schema: 'headroom/plan/v1',
    name: spec.name,
    spec: { file: spec.file },
    measurement:
      measurement === undefined
        ? { kind: 'cited', source: essay }
        : {
            kind: 'measured',
            file: measurement.file,
            run: measurement.data.run,
            job: jobText(measurement.data),
          },
    regions: spec.regions.value.length,
    tiers: tierPlans,
    quantities,
    findings: findingsOf({ spec, measurement, tiers: tierPlans, quantities, values }),
    sheet,
  };
}

/** The sheet of a spec, before it is evaluated: for tests and for tools that sample it. */
export function planSheet(input: PlanInput): Sheet {
  return loadSheet(declarationsOf(input));
}

/** How one spec after another is planned, with the same measurement and `--set`s. */
export interface Planner {
  plan(spec: Spec): Plan;
  /** Its formulas alone. */
  sheet(spec: Spec): Sheet;
}

export function plannerOf(given: Omit<PlanInput, 'spec'>): Planner {
  return { plan: (spec) => buildPlan({ ...given, spec }), sheet: (spec) => planSheet({ ...given, spec }) };
}

function declarationsOf({ spec, measurement, sets }: PlanInput): SheetDeclarations {
  const base = [
    ...specDeclarations(spec),
    ...(measurement === undefined ? citedWorker() : measuredWorker(measurement.file, measurement.data)),
    ...deployment,
    ...localDeployment,
    ...tiersOf(spec).flatMap(({ declarations }) => declarations),
  ];
  const written = [
    ...base.filter(isFormula).map(({ formula }) => formula),
    ...spec.tiers.flatMap(({ overrides }) => overrides.map(({ formula }) => formula ?? '')),
    ...sets.map(({ name, text }) => `${name} ${text}`),
    ...spec.tiers.flatMap(({ overrides }) => overrides.map(({ name }) => name)),
  ];
  return overridden(
    { declarations: [...base, ...shapeDeclarations(spec, written)], functions: sheetFunctions },
    spec,
    sets,
  );
}

function isFormula(declaration: Declaration): declaration is FormulaDeclaration {
  return 'formula' in declaration;
}

/** The job in a few words: `photograph to 800 px jpeg, quality 80`. */
function jobText({ job }: Measurement): string {
  const size = job.height === undefined ? `${job.width} px wide` : `${job.width} x ${job.height} px`;
  const effort = job.effort === undefined ? '' : `, effort ${job.effort}`;
  return `${size} ${job.format}, quality ${job.quality}${effort}`;
}
