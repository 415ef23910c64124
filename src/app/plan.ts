import type { PlanInput } from '../plan/build.ts';
import type { Plan } from '../plan/types.ts';
import type { Spec } from '../spec/types.ts';
import { type ChosenMeasurement, chooseMeasurement } from './choose-measurement.ts';
import { type FoundSpec, findSpec } from './find-spec.ts';
import { readInput } from './read-input.ts';

export interface PlanRequest {
  readonly cwd: string;
  /** `--file`. */
  readonly file?: string | undefined;
  /** HEADROOM_FILE. */
  readonly fileFromEnvironment?: string | undefined;
  readonly example: boolean;
  /** Without a spec, the built-in example may be planned. */
  readonly mayFallBack: boolean;
  /** `--measurement`: a file, or `cited`. */
  readonly measurement?: string | undefined;
  readonly allowIncomplete: boolean;
  /** `--set name=value`. */
  readonly sets: readonly { readonly name: string; readonly text: string }[];
}

export interface PlanResponse {
  readonly plan: Plan;
  /** What the plan was made from. */
  readonly spec: Spec;
  /** What the workers were measured with; absent where the published rate is used. */
  readonly measurement?: PlanInput['measurement'];
  /** The same plan from the published rate, where the plan itself comes from a measurement. */
  readonly cited?: Plan;
  /** What was chosen, one line each: which spec, which measurement, and why. */
  readonly chosen: readonly string[];
}

/** Reads the spec and the measurement that the request means, and builds the plan. Throws `InvalidInput`. */
export async function makePlan(request: PlanRequest): Promise<PlanResponse> {
  const found = findSpec(request);
  const spec = await readFound(found);
  const chosen = await chooseMeasurement({ ...request, asked: request.measurement }, spec, found);
  const { buildPlan } = await import('../plan/build.ts');
  const { measurement } = chosen;
  const { sets } = request;
  const lines = [specLine(spec, found), measurementLine(chosen)];
  if (!measurement) return { plan: buildPlan({ spec, sets }), spec, chosen: lines };
  let cited: Plan | undefined;
  return {
    plan: buildPlan({ spec, sets, measurement }),
    // Few ask for it, and it takes as long as the plan.
    get cited() {
      cited ??= buildPlan({ spec, sets });
      return cited;
    },
    measurement,
    spec,
    chosen: lines,
  };
}

async function readFound(found: FoundSpec): Promise<Spec> {
  if (found.kind === 'example') {
    const { exampleSpec } = await import('../spec/example.ts');
    return exampleSpec();
  }
  const { readSpec } = await import('../spec/read.ts');
  return readSpec(readInput(found.path, found.shown), found.shown);
}

function specLine(spec: Spec, found: FoundSpec): string {
  return `spec: ${spec.file} (${found.because})`;
}

function measurementLine({ measurement, because }: ChosenMeasurement): string {
  return `measurement: ${measurement?.file ?? 'none, the cited figure is used'} (${because})`;
}
