import type { RunningRole } from '../contracts/role.ts';

/** Closes what was opened, newest first. */
export interface Closers {
  /** Remembers something opened, and gives it back. */
  keep<T extends { close(): Promise<void> }>(opened: T): T;
  close(): Promise<void>;
}

export function createClosers(): Closers {
  const opened: { close(): Promise<void> }[] = [];
  return {
    keep(each) {
      opened.push(each);
      return each;
    },
    async close() {
      for (const each of opened.splice(0).reverse()) await each.close();
    },
  };
}

/** Starts a role with what it needs, and closes that after the role has ended, or could not be started. */
export async function startWith(start: (closers: Closers) => Promise<RunningRole>): Promise<RunningRole> {
  const closers = createClosers();
  try {
    const role = await start(closers);
    const ended = (how: () => Promise<void>) => async () => {
      await how();
      await closers.close();
    };
    return { addresses: role.addresses, drain: ended(role.drain), close: ended(role.close) };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/**
 * Starts roles that build on each other as one. It ends in the opposite order, which is that of the work: nothing
 * comes in any more, what is in flight ends, what was used is shipped. What was started ends too where a later role
 * could not be.
 */
export async function startInOrder(
  start: (started: <T extends RunningRole>(role: T) => T) => Promise<RunningRole['addresses']>,
): Promise<RunningRole> {
  const roles: RunningRole[] = [];
  const close = async () => {
    for (const role of roles.toReversed()) await role.close();
  };
  try {
    const addresses = await start((role) => {
      roles.push(role);
      return role;
    });
    const drain = async () => {
      for (const role of roles.toReversed()) await role.drain();
    };
    return { addresses, drain, close };
  } catch (error) {
    await close();
    throw error;
  }
}
