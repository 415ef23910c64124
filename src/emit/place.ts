import { InvalidInput } from '../problems/problem.ts';

/** Where in a template something stands; 1-based. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An error of a template, at its place. */
export function templateError(place: Place, message: string, advice: string): InvalidInput {
  return new InvalidInput([{ code: 'bad-template', ...place, message, advice }]);
}
