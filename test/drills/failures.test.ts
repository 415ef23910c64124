import { describe, expect, it } from 'vitest';
import { isPromised, lostConnection } from './failures.ts';
import type { Seen } from './load.ts';

const seen = (more: Partial<Seen>): Seen => ({
  ...{ number: 1, customer: 'ann', mode: 'wait', startedAt: 0, endedAt: 1, byApi: true },
  ...more,
});
const away = { status: 503, code: 'queue-unavailable', retryAfter: 1 };

describe('a request that fails in a drill', () => {
  it('may do so as its fault lets it, with a problem that says when to come back', () => {
    expect(isPromised(seen(away), ['queue-unavailable'], false)).toBe(true);
    expect(isPromised(seen(away), ['spool-full'], false)).toBe(false);
    expect(isPromised(seen({ ...away, retryAfter: 0 }), ['queue-unavailable'], false)).toBe(false);
    expect(isPromised(seen({ status: 503, retryAfter: 1 }), ['no problem but 503'], false)).toBe(false);
  });

  it.each([401, 404, 408, 500, 502])('may never be told %d by the API', (status) => {
    expect(isPromised(seen({ ...away, status }), ['queue-unavailable'], false)).toBe(false);
  });

  it('may lose its connection only where what held it was broken', () => {
    for (const lost of [{ status: 'cut' }, { status: 502, byApi: false }] as const) {
      expect(isPromised(seen(lost), lostConnection, true)).toBe(true);
      expect(isPromised(seen(lost), ['queue-unavailable'], true)).toBe(false);
    }
  });

  it('is told when to come back by a load balancer that has pages for it', () => {
    const bare = seen({ status: 503, byApi: false });
    expect(isPromised(bare, ['balancer 503'], false)).toBe(true);
    expect(isPromised(bare, ['balancer 503'], true)).toBe(false);
    expect(isPromised({ ...bare, code: 'overloaded', retryAfter: 11 }, ['balancer 503'], true)).toBe(true);
    expect(isPromised({ ...bare, status: 504 }, lostConnection, true)).toBe(false);
  });
});
