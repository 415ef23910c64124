import { requirePositive, requireProbability } from './ranges.ts';

/** A part of the fleet that gets a change before the next part does. */
export interface RolloutStage {
  /** Share of the fleet that runs the change in this stage, those of earlier stages included. */
  readonly share: number;
  /** Hours before the next stage begins. */
  readonly bakeHours: number;
  /** Mean hours until a bad change is noticed in this stage; by default detectionHours / share. */
  readonly detectionHours?: number;
}

/** What is known about bad changes. */
export interface BadChange {
  /** Share of bad changes that the watching of stages can notice at all. */
  readonly coverage: number;
  /** Mean hours until one is noticed when the whole fleet runs it (exponential). */
  readonly detectionHours: number;
  /** Mean hours until one that the watching cannot notice is reported by others, once the whole fleet runs it. */
  readonly reportHours: number;
  /** Hours from noticing until the old version runs again. */
  readonly rollbackHours: number;
}

/** How far a bad change gets. */
export interface StageOutcome {
  readonly share: number;
  /** Chance that a bad change gets to this stage. */
  readonly reach: number;
  /** Mean hours, over all bad changes, in which exactly this share of the fleet is bad. */
  readonly hours: number;
}

/** What a rollout makes of one bad change, stage by stage; the last one is the whole fleet. */
export interface RolloutOutcome {
  readonly stages: readonly StageOutcome[];
  /** Chance that a bad change gets to the whole fleet. */
  readonly reachesAll: number;
  /** Mean hours of bad service per bad change, weighted by share: Σ share·hours. */
  readonly shareHours: number;
}

/**
 * What stages buy: how far a bad change gets and for how long.
 *
 * In stage i a change that can be noticed is noticed at rate 1/d_i, d_i = d/share_i (the errors seen grow with the share)
 * unless the stage has its own; it survives the stage with chance exp(-b_i/d_i), spends (1 - exp(-b_i/d_i))·d_i hours in it, and
 * a rollback more where it is noticed. After the stages it takes the whole fleet until noticed or reported.
 * No stages means a push to everything at once. b_i bake hours.
 * Throws a RangeError for shares that do not rise within (0, 1), times below 0, or a coverage outside [0, 1].
 */
export function rolloutOutcome(stages: readonly RolloutStage[], bad: BadChange): RolloutOutcome {
  checkStages(stages);
  requireProbability('coverage', bad.coverage);
  requirePositive('detection time', bad.detectionHours);
  requirePositive('report time', bad.reportHours, 'zero allowed');
  requirePositive('rollback time', bad.rollbackHours, 'zero allowed');
  const blind = 1 - bad.coverage;
  let visible = bad.coverage;
  const outcomes = stages.map(({ share, bakeHours, detectionHours = bad.detectionHours / share }) => {
    const noticed = -Math.expm1(-bakeHours / detectionHours);
    const hours = visible * noticed * (detectionHours + bad.rollbackHours) + blind * bakeHours;
    const outcome = { share, reach: visible + blind, hours };
    visible *= Math.exp(-bakeHours / detectionHours);
    return outcome;
  });
  const reach = visible + blind;
  const lastHours = visible * bad.detectionHours + blind * bad.reportHours + reach * bad.rollbackHours;
  const all = [...outcomes, { share: 1, reach, hours: lastHours }];
  const shareHours = all.reduce((sum, { share, hours }) => sum + share * hours, 0);
  return { stages: all, reachesAll: reach, shareHours };
}

/**
 * Mean hours per bad change in which more of the fleet is bad than can be spared.
 *
 * spare: share of the fleet that may be lost without an outage. Throws a RangeError for a spare outside [0, 1].
 */
export function outageHours(outcome: RolloutOutcome, spare: number): number {
  requireProbability('spare share', spare);
  return outcome.stages.reduce((sum, { share, hours }) => (share > spare ? sum + hours : sum), 0);
}

/** A share of the fleet that a bad change holds, and the share of time in which it does. */
export interface RolloutShock {
  readonly share: number;
  readonly unavailability: number;
}

/**
 * The stages as shocks for the static models: q = x / (1 + x), x = bad changes per hour · mean hours in the stage.
 *
 * Stages of one change exclude each other; as independent causes they are joined too often by a term of order q².
 * Throws a RangeError for a negative rate.
 */
export function rolloutShocks(outcome: RolloutOutcome, badChangesPerHour: number): RolloutShock[] {
  requirePositive('rate of bad changes', badChangesPerHour, 'zero allowed');
  return outcome.stages.map(({ share, hours }) => {
    const load = badChangesPerHour * hours;
    return { share, unavailability: load / (1 + load) };
  });
}

function checkStages(stages: readonly RolloutStage[]): void {
  let last = 0;
  for (const { share, bakeHours, detectionHours } of stages) {
    if (!(share > last && share < 1)) {
      throw new RangeError(`shares of stages must rise within (0, 1), not reach ${share} after ${last}`);
    }
    requirePositive('bake time', bakeHours, 'zero allowed');
    if (detectionHours !== undefined) requirePositive('detection time of a stage', detectionHours);
    last = share;
  }
}
