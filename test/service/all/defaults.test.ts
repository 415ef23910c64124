import { describe, expect, it } from 'vitest';
import { banner, billLines } from '../../../service/all/banner.ts';
import { defaultConfig } from '../../../service/all/defaults.ts';
import { checkConfig } from '../../../service/shared/config.ts';
import { planSheet } from '../../../src/plan/build.ts';
import { exampleSpec } from '../../../src/spec/example.ts';

const config = defaultConfig({ data: '/data', port: 8080, cores: 4 });

describe('the defaults of serve all', () => {
  it('are a valid config', () => {
    expect(checkConfig(config)).toMatchObject(config);
  });

  it('keep the numbers that they say are the plan’s', () => {
    const plan = planSheet({ spec: exampleSpec(), sets: [] }).evaluate();
    const { api, identity, usage, billing } = config;
    const told = {
      'workload.payload.max': api?.limits.bodyBytes,
      'worker.pixels.limit': api?.limits.pixels,
      'queue.deliveries.limit': api?.queue.maxDeliveries,
      'queue.publish.timeout': api?.queue.publishTimeout,
      'api.retry.budget': api?.retryBudget,
      'api.retry.backoff.first': api?.retry.first,
      'api.retry.backoff.most': api?.retry.most,
      'identityCache.ttl': api?.identity.ttl,
      'identityCache.negativeTtl': api?.identity.negativeTtl,
      'identityCache.maxStale': api?.identity.maxStale,
      'identityManagement.replicationLag': identity?.replicationLag,
      'identityManagement.detectionTime': identity?.detectionTime,
      'usageStore.retention': usage?.store.retention,
      'usageAggregator.fsync.interval': usage?.fsyncInterval,
      'billing.price.cpu': Number(billing?.prices.cpuSecond),
      'billing.price.bytes': Number(billing?.prices.byte),
    };
    expect(api?.identity.replicationLag).toBe(identity?.replicationLag);
    for (const [name, value] of Object.entries(told)) expect([name, value]).toEqual([name, plan.get(name)]);
    // Rounded to whole seconds, upwards.
    expect(api?.deadline).toBe(Math.ceil(plan.get('api.deadline') as number));
    expect(api?.queue.maxAge).toBe(Math.ceil(plan.get('queue.deadline') as number));
    expect(api?.queue.deduplicationWindow).toBe(Math.ceil(plan.get('queue.deduplicationWindow') as number));
  });

  it('let a job come back only from a worker that is gone', () => {
    expect(config.worker?.queue.ackWait).toBeGreaterThan(config.worker?.deadline ?? Number.POSITIVE_INFINITY);
  });

  it('listen on this machine alone', () => {
    const hosts = [
      config.api?.listen,
      config.api?.internalListen,
      config.worker?.listen,
      config.identity?.listen,
    ];
    expect(hosts.map((each) => each?.host)).toEqual(Array(4).fill('127.0.0.1'));
  });
});

describe('what serve all tells', () => {
  const addresses = { api: 'http://127.0.0.1:8080', identity: 'http://127.0.0.1:1', worker: '', usage: '' };

  it('has a line to paste, with the key', () => {
    const text = banner({ addresses, processes: 4, key: 'hr_k', data: '/home/me/d' }, '/home/me');
    expect(text).toContain(
      "-H 'Authorization: Bearer hr_k' --data-binary @photo.jpg 'http://127.0.0.1:8080/v1/",
    );
    expect(text).toContain('./d/log.ndjson');
  });

  it('says what to do where the first key is not known any more', () => {
    expect(banner({ addresses, processes: 4, key: undefined, data: '/d' }, '/home')).toContain('admin API');
  });

  it('shows a bill in a line for each customer', () => {
    const period = { from: '2026-11-23T00:18:00.000Z', to: '2026-11-23T00:19:00.000Z' };
    const line = {
      customer: 'c',
      requests: 2,
      cpu_seconds: '0.05',
      exact_usd: '0.0000025',
      total_usd: '0.00',
    };
    expect(billLines({ period, lines: [line, { ...line, customer: 'd' }] })).toBe(
      'bill 00:18:00–00:19:00 UTC c: images 2, CPU 0.05 s, 0.00 USD (0.0000025 before rounding)\n' +
        'bill 00:18:00–00:19:00 UTC d: images 2, CPU 0.05 s, 0.00 USD (0.0000025 before rounding)\n',
    );
  });
});
