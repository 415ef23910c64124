import { describe, expect, it } from 'vitest';
import { createGate } from '../../../service/api/gate.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';

function gateWith({ concurrency = 100, deadline = 10 } = {}) {
  let now = 0;
  const metrics = createMetrics('api', { objectiveBelow: 0.5 });
  const gate = createGate({ concurrency, deadline, retryAfter: 0.2, metrics, clock: () => now });
  return { gate, wait: (milliseconds: number) => (now += milliseconds) };
}

describe('the gate', () => {
  it('lets in as many as may be in flight, and another one when one has left', () => {
    const { gate } = gateWith({ concurrency: 2 });
    const leave = gate.enter();
    gate.enter();
    expect(() => gate.enter()).toThrow(expect.objectContaining({ status: 503, code: 'overloaded' }));
    leave();
    leave();
    gate.enter();
    expect(() => gate.enter()).toThrow(expect.objectContaining({ headers: { 'retry-after': 1 } }));
  });

  it('turns away who would wait for longer than the deadline, by the pace at which images come back', () => {
    const { gate, wait } = gateWith({ deadline: 10 });
    const running = Array.from({ length: 8 }, () => gate.begin());
    for (const end of running.splice(0, 4)) {
      wait(3000);
      end(true);
      running.push(gate.begin());
    }
    // Eight wait, and one comes back every three seconds.
    expect(() => gate.enter()).toThrow(expect.objectContaining({ code: 'overloaded' }));
    for (const end of running.splice(0, 6)) end(false);
    expect(() => gate.enter()).not.toThrow();
  });

  it('believes a bad time no longer than it takes to see a better one', () => {
    const { gate, wait } = gateWith({ deadline: 10 });
    const slow = [gate.begin(), gate.begin()];
    for (const end of slow) {
      wait(60_000);
      end(true);
    }
    // A few may always try.
    for (let round = 0; round < 100; round++) {
      gate.enter()();
      const three = [gate.begin(), gate.begin(), gate.begin()];
      for (const end of three) {
        wait(10);
        end(true);
      }
    }
    for (let count = 0; count < 50; count++) gate.begin();
    expect(() => gate.enter()).not.toThrow();
  });

  it('does not take a time without work for a slow one', () => {
    const { gate, wait } = gateWith({ deadline: 10 });
    for (let round = 0; round < 5; round++) {
      const two = [gate.begin(), gate.begin()];
      for (const end of two) {
        wait(10);
        end(true);
      }
      wait(3_600_000);
    }
    for (let count = 0; count < 50; count++) gate.begin();
    expect(() => gate.enter()).not.toThrow();
  });

  it('turns everybody away for a moment after the queue was full', () => {
    const { gate, wait } = gateWith();
    gate.noteQueueFull();
    expect(() => gate.enter()).toThrow(expect.objectContaining({ code: 'queue-full' }));
    wait(51);
    expect(() => gate.enter()).not.toThrow();
  });
});
