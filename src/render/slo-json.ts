import type { SloPlan } from '../plan/slo/types.ts';
import { finite } from './availability-json.ts';
import type { SloDocument } from './slo-document.ts';

/** The objectives as the object of `--json`: exact numbers, null where a number is infinite. */
export function sloJson(slo: SloPlan): SloDocument {
  return finite(slo) as SloDocument;
}
