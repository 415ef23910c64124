import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../service/shared/metrics.ts';

describe('the metrics of a role', () => {
  it('begin at zero for every combination of labels, so that a first increase is seen', async () => {
    const text = await createMetrics('api').text();
    expect(text).toContain('headroom_api_requests_total{outcome="shed"} 0');
    expect(text).toContain('headroom_api_request_duration_seconds_count{payload="within_objective"} 0');
    expect(text).toMatch(/headroom_build_info\{role="api",version="\d+\.\d+\.\d+"\} 1/);
  });

  it('are those of the role alone', async () => {
    const metrics = createMetrics('worker');
    expect(await metrics.text()).not.toContain('headroom_api_');
    expect(() => metrics.add('headroom_api_requests_total', { outcome: 'shed' })).toThrow('no metric');
  });

  it('have the latency objective among the buckets', async () => {
    const text = await createMetrics('api', { objectiveBelow: 0.123 }).text();
    expect(text).toContain('le="0.123"');
    expect(text).toContain('le="0.5"');
  });

  it('refuse names, kinds, labels and values that the contract does not have', () => {
    const metrics = createMetrics('api');
    expect(() => metrics.add('headroom_api_wishes_total')).toThrow('no metric');
    expect(() => metrics.set('headroom_api_requests_total', { outcome: 'shed' }, 1)).toThrow('is a counter');
    expect(() => metrics.add('headroom_api_requests_total')).toThrow('needs the label outcome');
    expect(() => metrics.add('headroom_api_requests_total', { outcome: 'lost' })).toThrow('cannot be lost');
    expect(() => metrics.add('headroom_api_requests_total', { outcome: 'shed', zone: 'a' })).toThrow(
      'no label',
    );
  });

  it('count', async () => {
    const metrics = createMetrics('worker');
    metrics.add('headroom_worker_cpu_seconds_total', { customer: 'c1' }, 0.25);
    metrics.add('headroom_worker_cpu_seconds_total', { customer: 'c1' }, 0.5);
    metrics.observe('headroom_worker_resize_duration_seconds', { format: 'jpeg' }, 0.03);
    metrics.set('headroom_worker_processes', {}, 3);
    const text = await metrics.text();
    expect(text).toContain('headroom_worker_cpu_seconds_total{customer="c1"} 0.75');
    expect(text).toContain('headroom_worker_resize_duration_seconds_bucket{le="0.04",format="jpeg"} 1');
    expect(text).toContain('headroom_worker_processes 3');
  });
});
