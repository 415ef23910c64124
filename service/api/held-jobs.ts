import type { Job, Outcome, Served } from '../contracts/job.ts';
import type { Spool } from './spool.ts';
import type { WaitingJobs } from './waiting.ts';

/** The jobs of this API server as workers see them, whether their customers wait or poll. */
export interface HeldJobs {
  /** Undefined where nobody wants the job any more, or the token is not its own. */
  body(id: string, token: string): Promise<Buffer | undefined>;
  /** Defined where the job was served with an image; a worker that is given it again bills it, and is done. */
  served(id: string, token: string): Served | undefined;
  /** `taken` where somebody waits or will poll, `gone` otherwise. */
  settle(id: string, token: string, outcome: Outcome): Promise<'taken' | 'gone'>;
}

export function createHeldJobs(waiting: WaitingJobs, spool: Spool | undefined): HeldJobs {
  return {
    body: async (id, token) => waiting.body(id, token) ?? (await spool?.body(id, token)),
    served: (id, token) => waiting.served(id, token) ?? spool?.served(id, token),
    settle: async (id, token, outcome) => {
      const mine = waiting.settle(id, token, outcome);
      return mine === 'taken' ? mine : ((await spool?.settle(id, token, outcome)) ?? mine);
    },
  };
}

/** Path of a job's body or result; the token makes it unguessable to whoever knows the id. */
export function internalPath(id: string, token: string, part: 'body' | 'result'): string {
  return `/v1/internal/${id}/${token}/${part}`;
}

/** The token of a job, out of its internal address; empty where that is not one of ours. */
export function tokenOf({ bodyUrl }: Pick<Job, 'bodyUrl'>): string {
  return /\/([^/]+)\/body$/.exec(bodyUrl)?.[1] ?? '';
}
