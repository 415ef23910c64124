import type { SheetQuantity } from '../../../sheet/types.ts';
import type { Question } from '../types.ts';

/** One number of the availability plan with what stands behind it; inputs are names of others, or of the sheet. */
export interface AvailabilityNumber {
  /** Such as `api.availability.correlated`. */
  readonly name: string;
  readonly meaning: string;
  /** As in the JSON of the plan; absent where nothing can be said, and for words such as `zones`. */
  readonly value?: number;
  readonly unit?: string;
  readonly display: string;
  readonly question?: string;
  readonly law?: string;
  readonly formula?: string;
  readonly latex?: string;
  readonly source?: string;
  readonly origin: SheetQuantity['origin'];
  readonly inputs: readonly string[];
}

/** What each question asks, for those who read a single number. */
export const questionTexts: Readonly<Record<Question, string>> = {
  instant: 'at an instant of the peak',
  steady: 'in the long run, over the day and with repair',
  mission: 'within the mission',
};

/** The name of a number of a tier or of the service; the long run needs no word, since objectives are counted over it. */
export function numberName(id: string, what: string, question: Question = 'steady'): string {
  return question === 'steady' ? `${id}.availability.${what}` : `${id}.availability.${question}.${what}`;
}

/** Words as the last part of a name: `zone overheating` becomes `zoneOverheating`. */
export function wordsName(words: string): string {
  return words.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase());
}
