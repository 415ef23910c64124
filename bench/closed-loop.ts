import { cpuSeconds } from './kernel.ts';
import type { LoopRequest, LoopResult } from './protocol.ts';
import type { Resizer } from './resizer.ts';

/** One job in flight until the request's moment has come; the last job runs to its end. */
export async function closedLoop(request: LoopRequest, resizer: Resizer): Promise<LoopResult> {
  const jobs: LoopResult['jobs'][number][] = [];
  const cpu = cpuSeconds();
  let at = request.start;
  for (let now = process.hrtime.bigint(); now < request.until; ) {
    const image = request.sequence[at++ % request.sequence.length] as number;
    const call = await resizer.resize(image);
    const end = process.hrtime.bigint();
    jobs.push({ image, start: seconds(now - request.from), end: seconds(end - request.from), cpu: call.cpu });
    now = end;
  }
  return { jobs, cpu: cpuSeconds() - cpu };
}

function seconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e9;
}
