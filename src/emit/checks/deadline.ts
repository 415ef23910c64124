/** One deadline as a file has it. */
export interface Deadline {
  readonly says: string;
  readonly seconds: number;
  readonly path: string;
  readonly line: number;
}
