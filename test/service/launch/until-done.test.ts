import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { StoppedEarly, untilDone } from '../../../service/launch/until-done.ts';
import { createLogger } from '../../../service/shared/log.ts';

const logger = createLogger('test', 'silent');

/** Signals and exits of a process that is not this one. */
function scene() {
  const source = new EventEmitter();
  const exits: number[] = [];
  return { source, exits, options: { source, exit: (code: number) => void exits.push(code) } };
}

describe('work that ends by itself', () => {
  it('gives back what it came to, and listens to nothing any more', async () => {
    const { source, options } = scene();
    expect(await untilDone(async () => 'done', logger, options)).toBe('done');
    expect(source.eventNames()).toEqual([]);
  });

  it('passes its failure on', async () => {
    const { source, options } = scene();
    const failing = untilDone(() => Promise.reject(new Error('away')), logger, options);
    await expect(failing).rejects.toThrow('away');
    expect(source.eventNames()).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT', 'disconnect'])('is told to stop by %s, and may say so', async (event) => {
    const { source, exits, options } = scene();
    const working = untilDone(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      logger,
      options,
    );
    source.emit(event);
    await expect(working).rejects.toThrow(StoppedEarly);
    expect(exits).toEqual([]);
  });

  it('ends with the process at the second signal, where it does not listen to the first', async () => {
    const { source, exits, options } = scene();
    let finish = (_: string) => {};
    const working = untilDone(() => new Promise<string>((resolve) => (finish = resolve)), logger, options);
    source.emit('SIGTERM');
    expect(exits).toEqual([]);
    source.emit('SIGINT');
    expect(exits).toEqual([130]);
    finish('late');
    expect(await working).toBe('late');
  });
});
