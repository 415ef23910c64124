import { PlanFleet } from './fleet.ts';

/** The whole plan. The fleet is the only part so far; each further part prints below it. */
export class Plan extends PlanFleet {
  static override summary = 'Make the whole plan: all parts that exist (so far the fleet).';
}
