import { describe, expect, it } from 'vitest';
import { erlangC } from '../../../src/models/queueing/erlang.ts';
import { ceilSnapped } from '../../../src/models/sizing/ceil.ts';
import {
  equivalentCores,
  freeShareForWait,
  halfinWhittGrade,
  halfinWhittWait,
  powerLawFreeShare,
  squareRootStaffing,
  upToMultiple,
} from '../../../src/models/sizing/square-root.ts';
import { inTolerances, vector } from '../queueing/vectors.ts';

/** Service grades that Netflix's planner uses for its tiers 0 to 3. */
const netflixGrades: readonly number[] = [2.375, 1.761, 1.16, 1];

describe('square-root staffing', () => {
  it('gives the published grade and servers of the copier example', () => {
    const v = vector('ksl-sqrt-staffing');
    const grade = halfinWhittGrade(v.input.pWaitMax);
    expect(grade).toBeCloseTo(v.reference.gamma, 12);
    expect(v.input.offered + grade * Math.sqrt(v.input.offered)).toBeCloseTo(
      v.reference.fractionalServers,
      12,
    );
    expect(squareRootStaffing(v.input.offered, grade)).toBe(v.expected.servers);
    expect(erlangC(2, v.input.offered)).toBeCloseTo(v.reference.erlangC2, 13);
    expect(erlangC(3, v.input.offered)).toBeCloseTo(v.reference.erlangC3, 13);
  });

  it("gives the cores of Netflix's four tiers", () => {
    const v = vector('netflix-sqrt-staffing');
    const cores = netflixGrades.map((grade) => squareRootStaffing(v.input.offered, grade));
    expect(cores).toEqual(v.expected.cores);
  });

  it('gives the waits that those grades have in truth, not those written beside them', () => {
    expect(halfinWhittWait(1.761)).toBeCloseTo(0.0476, 4);
    expect(halfinWhittWait(1.16)).toBeCloseTo(0.1667, 4);
    expect(halfinWhittWait(1)).toBeCloseTo(0.2234, 4);
    expect(halfinWhittWait(0)).toBe(1);
    expect(halfinWhittGrade(halfinWhittWait(2.5))).toBeCloseTo(2.5, 11);
  });

  it('is the limit of Erlang C for many servers', () => {
    const offered = 90_000;
    const grade = 1.5;
    expect(erlangC(offered + grade * Math.sqrt(offered), offered)).toBeCloseTo(halfinWhittWait(grade), 3);
  });
});

describe('the free share of a shape', () => {
  it("follows Netflix's power law for its shapes, with and without a buffer", () => {
    const v = vector('netflix-cpu-headroom-target');
    const shapes: Readonly<Record<string, readonly [cores: number, hyperThreaded: boolean]>> = {
      'm5.xlarge': [4, true],
      'm7a.xlarge': [4, false],
      'c6a.2xlarge': [8, true],
      'r6i.4xlarge': [16, true],
      'm6id.8xlarge': [32, true],
      'c7a.4xlarge': [16, false],
    };
    for (const [i, name] of v.input.shapes.entries()) {
      const [cores, hyperThreaded] = shapes[name] as readonly [number, boolean];
      expect(Number(powerLawFreeShare(cores, hyperThreaded).toFixed(2))).toBe(v.expected.noBuffer[i]);
      expect(Number(powerLawFreeShare(cores, hyperThreaded, 1.5).toFixed(2))).toBe(
        v.expected['buffer1.5'][i],
      );
    }
    expect(() => powerLawFreeShare(4, true, 0.5)).toThrow(/buffer/);
  });

  it('is exact where the power law drifts from 2 % low to 8 % high', () => {
    const exact = [0.389967, 0.282036, 0.202154, 0.144154, 0.102482];
    const law = [0.382611, 0.280476, 0.205605, 0.150721, 0.110487];
    for (const [i, cores] of [4, 8, 16, 32, 64].entries()) {
      expect(freeShareForWait(cores, 0.3)).toBeCloseTo(exact[i] as number, 6);
      expect(powerLawFreeShare(cores, true)).toBeCloseTo(law[i] as number, 6);
    }
  });
});

describe('cores of another generation', () => {
  it('gives the published equivalents', () => {
    const v = vector('nflx-normalize-cores');
    const reference = { ghz: 2.3, ipc: 1 };
    const [ghz = 0, ipc = 0] = v.input.ghz_ipc.m6i;
    const [ghz7 = 0, ipc7 = 0] = v.input.ghz_ipc.m7a;
    const [ghz5 = 0, ipc5 = 0] = v.input.ghz_ipc.m5;
    const m5 = { ghz: ghz5, ipc: ipc5 };
    const m6 = { ghz, ipc };
    const cores = [
      equivalentCores(16, reference, m6),
      equivalentCores(16, reference, { ghz: ghz7, ipc: ipc7 }),
      // r5 and m5, i4i and m6id have the same cores.
      equivalentCores(16, m5, m5),
      equivalentCores(16, m6, m6),
    ];
    expect(cores).toEqual(v.expected.cores);
    expect(() => equivalentCores(16, reference, { ghz: 0, ipc: 1 })).toThrow(/clock/);
  });

  it('derives a published stateless fleet end to end', () => {
    const v = vector('nflx-java-small-high-qps');
    const { shapes, zones, failoverUtil, referenceGhz, rootDiskAnnualUsd } = v.input;
    const offered = ((v.input.readRps + v.input.writeRps) * v.input.cpuMsPerOp) / 1000;
    const needed = squareRootStaffing(offered, netflixGrades[v.input.tier] as number) / failoverUtil;
    for (const [name, shape] of Object.entries<{ vcpu: number; ghz: number; ipc: number; annualUsd: number }>(
      shapes,
    )) {
      const cores = equivalentCores(needed, { ghz: referenceGhz, ipc: 1 }, shape);
      const count = upToMultiple(ceilSnapped(cores / shape.vcpu), zones);
      expect({ cores, count }).toEqual({ cores: v.expected[name].cores, count: v.expected[name].count });
      const annualUsd = count * (shape.annualUsd + rootDiskAnnualUsd);
      expect(inTolerances(v, annualUsd, v.expected[name].annualUsd)).toBeLessThanOrEqual(1);
    }
  });
});
