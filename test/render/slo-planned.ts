import { slo } from '../../src/plan/slo/slo.ts';
import type { SloPlan } from '../../src/plan/slo/types.ts';
import { exampleText } from '../../src/spec/example.ts';
import { availabilityOf, modelOf } from '../plan/availability/planned.ts';

/** The objectives of a spec's text, sized from the cited figure, with the alerts of the workbook. */
export function sloOf(text: string = exampleText): SloPlan {
  const { plan, spec } = modelOf(text);
  const choices = { catalogue: 'workbook', scrapeSeconds: 15, evaluationSeconds: 30 };
  return slo({ plan, spec, choices, availability: availabilityOf(text) });
}
