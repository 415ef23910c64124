import { describe, expect, it } from 'vitest';
import type { RunningRole } from '../../../service/contracts/role.ts';
import { startInOrder, startWith } from '../../../service/launch/closers.ts';

/** A role and a resource that write down what happens to them. */
function scene() {
  const events: string[] = [];
  const note = (event: string) => async () => void events.push(event);
  const role = (name: string): RunningRole => ({
    addresses: { listen: name },
    drain: note(`${name} drained`),
    close: note(`${name} closed`),
  });
  return { events, role, resource: (name: string) => ({ close: note(`${name} closed`) }) };
}

describe('a role with what it needs', () => {
  it('ends before what it needs, newest first', async () => {
    const { events, role, resource } = scene();
    const running = await startWith(async ({ keep }) => {
      keep(resource('queue'));
      keep(resource('store'));
      return role('api');
    });
    await running.drain();
    expect(events).toEqual(['api drained', 'store closed', 'queue closed']);
    await running.close();
    expect(events.slice(3)).toEqual(['api closed']);
  });

  it('lets go of what was opened where it cannot start', async () => {
    const { events, resource } = scene();
    const failed = startWith(async ({ keep }) => {
      keep(resource('queue'));
      throw new Error('no port');
    });
    await expect(failed).rejects.toThrow('no port');
    expect(events).toEqual(['queue closed']);
  });
});

describe('roles that build on each other', () => {
  it('drain in the order of the work: the last started first', async () => {
    const { events, role } = scene();
    const running = await startInOrder(async (started) => {
      started(role('worker'));
      return started(role('api')).addresses;
    });
    expect(running.addresses).toEqual({ listen: 'api' });
    await running.drain();
    await running.close();
    expect(events).toEqual(['api drained', 'worker drained', 'api closed', 'worker closed']);
  });

  it('end where a later one cannot start', async () => {
    const { events, role } = scene();
    const failed = startInOrder(async (started) => {
      started(role('worker'));
      throw new Error('no port');
    });
    await expect(failed).rejects.toThrow('no port');
    expect(events).toEqual(['worker closed']);
  });
});
