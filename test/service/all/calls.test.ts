import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Channel, createCalls } from '../../../service/all/calls.ts';

interface Left {
  half(value: number): Promise<number>;
}
interface Right {
  twice(value: number): Promise<number>;
  fails(): Promise<void>;
  never(): Promise<void>;
}

/** Two ends of a channel that carries JSON, as that of a child process does. */
function channels(): readonly [Channel, Channel] {
  const ends = [new EventEmitter(), new EventEmitter()] as const;
  const end = (from: EventEmitter, to: EventEmitter): Channel => ({
    send: (message) => to.emit('message', JSON.parse(JSON.stringify(message))),
    on: (event, listener) => from.on(event, listener),
  });
  return [end(ends[0], ends[1]), end(ends[1], ends[0])];
}

function connected() {
  const [here, there] = channels();
  const right: Right = {
    twice: async (value) => 2 * (await left.call('half', 2 * value)),
    fails: async () => {
      throw new RangeError('too much');
    },
    never: () => new Promise(() => {}),
  };
  const left = createCalls<Left>(there, right);
  return createCalls<Right>(here, { half: async (value: number) => value / 2 } as Left);
}

describe('calls between two processes', () => {
  it('answers in both directions, also while it is asked itself', async () => {
    const { call } = connected();
    expect(await Promise.all([call('twice', 3), call('twice', 5)])).toEqual([6, 10]);
  });

  it('carries name and message of an error', async () => {
    await expect(connected().call('fails')).rejects.toMatchObject({
      name: 'RangeError',
      message: 'too much',
    });
  });

  it('says where nobody answers', async () => {
    const { call } = connected();
    await expect(call('unknown' as 'never')).rejects.toThrow('nobody answers unknown');
  });

  it('fails what waits and what comes when the other side is gone', async () => {
    const { call, fail } = connected();
    const waiting = call('never');
    fail(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(call('twice', 1)).rejects.toThrow('gone');
  });
});
