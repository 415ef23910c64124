/** A unit or quantity that cannot be read; `advice` says what was expected. */
export class UnitError extends Error {
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.name = 'UnitError';
    this.advice = advice;
  }
}
