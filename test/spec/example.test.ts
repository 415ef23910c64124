import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleFile, exampleSpec, exampleText } from '../../src/spec/example.ts';
import { readSpec } from '../../src/spec/read.ts';
import { tierIds } from '../../src/spec/tiers.ts';

const file = new URL('../../examples/image-resize/headroom.yaml', import.meta.url);

describe('the built-in example', () => {
  const spec = exampleSpec();

  it('is the file in examples, to the byte', async () => {
    await expect(exampleText).toMatchFileSnapshot(file.pathname);
    expect(readFileSync(file, 'utf8')).toBe(exampleText);
  });

  it('says what the source says', () => {
    const { workload, objectives, policy } = spec;
    expect(workload.users.value).toBe(100_000);
    expect(workload.peak).toMatchObject({ value: 10_000, unit: 'req/s' });
    expect(workload.payload.value.meanBytes).toBe(256_000);
    expect(workload.payloadMax.value).toBe(1_000_000);
    expect(workload.payload.value.classes.map((each) => [each.bytes / 1000, each.share])).toEqual([
      [64, 0.4],
      [128, 0.2],
      [256, 0.15],
      [512, 0.15],
      [896, 0.1],
    ]);
    expect(objectives.availability).toMatchObject({
      target: { exact: '0.999' },
      window: { value: 2_592_000 },
    });
    expect(objectives.latency).toMatchObject({
      percentile: { exact: '0.99' },
      below: { value: 0.5 },
      payloadBelow: { value: 1_000_000 },
    });
    expect(objectives.durability?.exact).toBe('0.99999999999');
    expect(policy).toMatchObject({
      headroom: { exact: '0.2' },
      survive: { value: ['machine'] },
      onZoneLoss: { value: 'shed' },
    });
  });

  it('has one region of three zones and one machine shape', () => {
    expect(spec.regions.value).toEqual([{ name: 'main', zones: ['a', 'b', 'c'] }]);
    expect(spec.machines).toHaveLength(1);
    expect(spec.machines[0]).toMatchObject({
      name: 'general',
      cores: { value: 32 },
      memory: { value: 128 * 2 ** 30 },
      network: { value: 3.125e9 },
      disk: { value: 2e12 },
      coreSpeed: { value: 1 },
      smtYield: { value: 1 },
    });
  });

  it('answers all six questions for every tier', () => {
    expect(spec.tiers.map((tier) => tier.id)).toEqual(tierIds);
    for (const { answers } of spec.tiers) {
      expect(Object.keys(answers).sort()).toEqual([
        'billing',
        'guarantees',
        'identity',
        'scope',
        'tenancy',
        'updates',
      ]);
      expect(Object.keys(answers.guarantees ?? {})).toHaveLength(6);
      expect(Object.keys(answers.identity ?? {})).toHaveLength(3);
    }
  });

  it('promises 99.99 % for the API tier', () => {
    expect(spec.tiers.find((tier) => tier.id === 'api')?.answers.guarantees?.availability?.exact).toBe(
      '0.9999',
    );
  });

  it('chooses between consistency and availability as the source does', () => {
    const chosen = (id: string) =>
      spec.tiers.find((tier) => tier.id === id)?.answers.guarantees?.underPartition;
    expect(['queue', 'identityManagement'].map(chosen)).toEqual(['consistency', 'consistency']);
    expect(['identityData', 'identityCache', 'usageStore'].map(chosen)).toEqual(
      Array(3).fill('availability'),
    );
  });

  it('gives every value that sizes something a place in itself, and leaves none to be assumed', () => {
    const { workload, objectives, policy, machines, regions } = spec;
    const origins = JSON.stringify({ workload, objectives, policy, machines, regions }).match(
      /"kind":"\w+"/g,
    );
    expect(new Set(origins)).toEqual(new Set(['"kind":"given"']));
    expect(spec.file).toBe(exampleFile);
  });

  it('reads the same from its file', () => {
    expect(readSpec(readFileSync(file), exampleFile)).toEqual(spec);
  });
});
