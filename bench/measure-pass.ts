import Benchmark from 'benchmark';
import type { Call, PassRequest, PassResult } from './protocol.ts';
import type { Resizer } from './resizer.ts';

/** Runs of the calibration kernel are spread over a pass: one before every second call, and one at the end. */
const callsPerKernel = 2;

/**
 * Drives passes over some images with the benchmark library: one cycle of the library is one pass, and every
 * call is recorded inside, since the library keeps only the mean of a cycle. The library never resolves a
 * rejected test and recompiles the test's text, so the test here catches everything and only calls a closure
 * through its argument.
 * @throws the error of the first resize that failed.
 */
export async function measurePass(
  request: PassRequest,
  resizer: Resizer,
  kernel: () => number,
): Promise<PassResult> {
  const calls: Call[] = [];
  const kernelSeconds: number[] = [];
  let next = 0;
  const step = async () => {
    if (next % callsPerKernel === 0) kernelSeconds.push(kernel());
    const image = request.images[next++ % request.images.length] as number;
    calls.push(await resizer.resize(image, request.width));
  };
  await drive(step, request.images.length, request.passes);
  kernelSeconds.push(kernel());
  return { calls, kernel: kernelSeconds };
}

function drive(step: () => Promise<void>, callsPerCycle: number, cycles: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: unknown;
    const benchmark = new Benchmark({
      defer: true,
      // A cycle is exactly one pass, and as many cycles run as there are passes: the time limits are met at once.
      initCount: callsPerCycle,
      minSamples: cycles,
      minTime: 1e-9,
      maxTime: 1e-9,
      fn: (deferred: Benchmark.Deferred) => {
        step().then(
          () => deferred.resolve(),
          (error: unknown) => {
            failure ??= error;
            deferred.benchmark.abort();
            deferred.resolve();
          },
        );
      },
      onComplete: () => (failure === undefined ? resolve() : reject(failure)),
      onAbort: () => reject(failure ?? new Error('the benchmark library aborted the pass')),
      onError: (event: Benchmark.Event) => reject(event.target ?? new Error('the benchmark library failed')),
    });
    benchmark.run({ async: true });
  });
}
