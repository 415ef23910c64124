import type { AvailabilityPlan } from '../../../src/plan/availability/types.ts';
import { buildPlan } from '../../../src/plan/build.ts';
import { slo } from '../../../src/plan/slo/slo.ts';
import type {
  FailureMode,
  Ledger,
  LedgerLine,
  ObjectiveBudget,
  SloChoices,
  SloPlan,
} from '../../../src/plan/slo/types.ts';
import { readSpec } from '../../../src/spec/read.ts';
import { availabilityOf, exampleWith } from '../availability/planned.ts';

export { exampleWith };

export const usual: SloChoices = { catalogue: 'workbook', scrapeSeconds: 15, evaluationSeconds: 30 };

/** How often the example fails. Only tiers that no request needs are read of it, so variants of the example share it. */
export const exampleAvailability: AvailabilityPlan = availabilityOf();

const made = new Map<string, SloPlan>();

/** The objectives of a text; the same text is worked out once. */
export function sloOf(text: string = exampleWith(), choices: Partial<SloChoices> = {}): SloPlan {
  const key = `${JSON.stringify(choices)} ${text}`;
  const found = made.get(key) ?? workedOut(text, { ...usual, ...choices });
  made.set(key, found);
  return found;
}

function workedOut(text: string, choices: SloChoices): SloPlan {
  const spec = readSpec(text, 'headroom.yaml');
  const plan = buildPlan({ spec, sets: [] });
  return slo({ plan, spec, availability: exampleAvailability, choices });
}

export function budgetIn(plan: SloPlan, name: string): ObjectiveBudget {
  const found = plan.budgets.find((budget) => budget.slo === name);
  if (found === undefined) throw new Error(`no budget of ${name}`);
  return found;
}

export function ledgerIn(plan: SloPlan, name = 'availability'): Ledger {
  const found = plan.ledgers.find((ledger) => ledger.slo === name);
  if (found === undefined) throw new Error(`no ledger of ${name}`);
  return found;
}

export function lineIn(plan: SloPlan, mode: FailureMode, name = 'availability'): LedgerLine {
  const found = ledgerIn(plan, name).lines.find((line) => line.mode === mode);
  if (found === undefined) throw new Error(`no line ${mode}`);
  return found;
}

/** Places in the example where texts are put in. */
export const places = {
  window: '    window: 30 d\n',
  missChance: '    missChance: 10 %\n',
  traffic: '    shape: cosine\n    amplitude: 0.8\n    peakHour: 14\n',
  failover: 'failover: automatic # an election; people would take half an hour',
  outages: '  outages: 4 /y\n',
  page: '  page: 5 min\n',
  split: '  split: cost\n',
  zones: '    zones: [a, b, c]\n',
} as const;
