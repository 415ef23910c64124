/** What the exit status of headroom means. Stable: scripts branch on it. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** An objective is not met (`--check`), or a regression was found (`bench compare`). */
  unmet: 3,
  /** Emitted files differ or were edited (`emit --check`). */
  differs: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
