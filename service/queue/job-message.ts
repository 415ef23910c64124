import type { Job } from '../contracts/job.ts';

/** What keeps a value from being a job that a worker could begin with; undefined where nothing does. */
export function problemOfJob(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it is no object';
  const job = value as Partial<Record<keyof Job, unknown>>;
  for (const name of ['id', 'customer'] as const) {
    if (typeof job[name] !== 'string' || job[name] === '') return `${name} is no text`;
  }
  for (const name of ['bodyUrl', 'resultUrl'] as const) {
    if (typeof job[name] !== 'string' || !URL.canParse(job[name])) return `${name} is no address`;
  }
  for (const name of ['acceptedAt', 'deadlineAt'] as const) {
    if (!Number.isFinite(job[name])) return `${name} is no time`;
  }
  if (job.mode !== 'wait' && job.mode !== 'poll') return 'mode is neither wait nor poll';
  if (typeof job.resize !== 'object' || job.resize === null) return 'resize is missing';
  return undefined;
}

/** The job in a message, or what keeps it from being one. */
export function readJob(data: string): { readonly job: Job } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { problem: 'it is no JSON' };
  }
  const problem = problemOfJob(value);
  return problem === undefined ? { job: value as Job } : { problem };
}
