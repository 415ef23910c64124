import type { Exact } from '../../models/slo/budget.ts';
import { Decimal, decimalOf, exactText } from '../../models/slo/decimal.ts';

/** Places to which what a model computes is rounded, once; from there on everything is exact. */
const requestPlaces = 6;
const secondPlaces = 9;

/** Requests of a model, rounded to a millionth. */
export function requestsOf(value: number): Exact {
  return exactOf(decimalOf('requests', value).toDecimalPlaces(requestPlaces));
}

/** Time of full outage at a mean rate that loses as many requests, rounded to a nanosecond. */
export function secondsOf(requests: Exact, meanRate: number): Exact {
  return exactOf(new Decimal(requests.text).div(meanRate).toDecimalPlaces(secondPlaces));
}

export function sumOf(values: readonly Exact[]): Exact {
  return exactOf(values.reduce((sum, { text }) => sum.plus(text), new Decimal(0)));
}

export function difference(whole: Exact, part: Exact): Exact {
  return exactOf(new Decimal(whole.text).minus(part.text));
}

function exactOf(value: Decimal): Exact {
  return { text: exactText(value), value: value.toNumber() };
}
