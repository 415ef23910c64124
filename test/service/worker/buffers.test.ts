import { describe, expect, it } from 'vitest';
import { createBuffers } from '../../../service/worker/buffers.ts';

describe('buffers', () => {
  it('are used again for whatever fits in them', () => {
    const buffers = createBuffers(2);
    const first = buffers.take(5000);
    expect(first).toHaveLength(5000);
    buffers.give(first);
    expect(buffers.take(8000).buffer).toBe(first.buffer);
    expect(buffers.take(8000).buffer).not.toBe(first.buffer);
  });

  it('are never in use twice, and empty ones are allowed', () => {
    const buffers = createBuffers(2);
    const views = [buffers.take(0), buffers.take(100), buffers.take(100)];
    expect(new Set(views.map(({ buffer }) => buffer)).size).toBe(3);
    expect(views[0]).toHaveLength(0);
  });

  it('are kept up to a number', () => {
    const buffers = createBuffers(1);
    const [first, second] = [buffers.take(10), buffers.take(10)];
    buffers.give(first);
    buffers.give(second);
    expect(buffers.take(10).buffer).toBe(second.buffer);
    expect(buffers.take(10).buffer).not.toBe(first.buffer);
  });
});
