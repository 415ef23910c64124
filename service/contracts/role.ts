/** A role that runs. */
export interface RunningRole {
  /** `http://host:port` of each address that it listens on, by name: `listen`, `internalListen`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** SIGTERM: readiness fails, requests in flight finish, jobs are handed back; then everything is closed. */
  drain(): Promise<void>;
  /** Stops at once. */
  close(): Promise<void>;
}
