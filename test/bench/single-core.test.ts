import { describe, expect, it } from 'vitest';
import { cpuByImage, summariseSingleCore } from '../../bench/single-core.ts';
import { benchRound, corpus, loopRound, loud } from './fixture.ts';

const summary = (rounds: ReturnType<typeof benchRound>[]) => summariseSingleCore(corpus, rounds, 1);

describe('the single-core summary', () => {
  it('has the median over rounds of each class, and of the mix weighted by share', () => {
    const { classes, mix } = summary([1, 1.1, 1.3, 0.9, 1].map((slow) => benchRound({ slow })));
    expect(classes.map((c) => c.cpuSeconds.value)).toEqual([
      expect.closeTo(0.01, 12),
      expect.closeTo(0.04, 12),
    ]);
    expect(mix.cpuSeconds.value).toBeCloseTo(0.8 * 0.01 + 0.2 * 0.04, 12);
    expect(mix.cpuSeconds.rounds).toBe(5);
    expect(mix.bytesOut).toBe(1000);
  });

  it('takes service times of undisturbed rounds alone, and CPU seconds of all', () => {
    const { classes, mix } = summary([
      benchRound({ wall: 1.1 }),
      benchRound({ wall: 5, noise: loud, slow: 1.2 }),
      benchRound({ wall: 7, noise: loud, slow: 1.2 }),
    ]);
    expect(classes[0]?.serviceTime).toMatchObject({
      basis: 'wall',
      samples: 2,
      max: expect.closeTo(0.011, 12),
    });
    expect(mix.serviceTime.max).toBeCloseTo(0.044, 12);
    expect(classes[0]?.cpuSeconds.value).toBeCloseTo(0.012, 12);
  });

  it('takes CPU seconds for service times, and says so, when every round was disturbed', () => {
    const { classes, mix } = summary([1, 2].map(() => benchRound({ wall: 5, noise: loud })));
    expect(mix.serviceTime.basis).toBe('cpu');
    expect(mix.serviceTime.max).toBeCloseTo(0.04, 12);
    expect(classes[0]?.serviceTime).toMatchObject({ basis: 'cpu', samples: 4 });
  });

  it('weighs the calls of a class by its share, however many there are', () => {
    const { mix } = summary([benchRound()]);
    expect(mix.serviceTime).toMatchObject({ p50: 0.01, p90: 0.04, mean: expect.closeTo(0.016, 12) });
  });

  it('counts cores per job where one process may run anywhere, undisturbed', () => {
    const free = benchRound({ loops: [loopRound(1, 0.1, { cpu: 0.12 })] });
    const { classes, mix } = summary([free]);
    expect(mix.coresPerJob).toBeCloseTo(1.2, 12);
    expect(classes.map((c) => c.coresPerJob)).toEqual([expect.closeTo(1.2, 12), 1]);
    const disturbed = benchRound({ loops: [loopRound(1, 0.1, { cpu: 0.12, noise: loud })] });
    expect(summary([disturbed]).mix.coresPerJob).toBe(1);
  });

  it('keeps every round for later comparisons', () => {
    const { rounds } = summary([benchRound(), benchRound({ noise: loud, slow: 2 })]);
    expect(rounds.map((r) => r.disturbed)).toEqual([false, true]);
    expect(rounds[1]?.cpuSeconds).toEqual({ small: 0.02, large: 0.08 });
    expect(rounds[1]?.kernelSeconds).toEqual({ small: 0.002, large: 0.002 });
  });

  it('gives an image that was not measured the mean of its class', () => {
    const round = benchRound();
    const firstOnly = {
      ...round,
      single: {
        ...round.single,
        classes: round.single.classes.map((pass) => ({ ...pass, calls: pass.calls.slice(0, 1) })),
      },
    };
    expect([...cpuByImage(corpus, [firstOnly])].sort()).toEqual([
      [0, 0.01],
      [1, 0.01],
      [2, 0.04],
      [3, 0.04],
    ]);
  });

  it('describes a class by the images that were used, not by those that a slow job left out', () => {
    const [small, large] = corpus.classes;
    if (!small || !large) throw new Error('no classes');
    const images = small.images.map((image, i) => ({
      ...image,
      bytes: 1000 * (i + 1),
      progressive: i === 1,
    }));
    const round = benchRound();
    const [first, second] = round.single.classes;
    const used = { ...first, calls: first?.calls.slice(0, 1) ?? [], kernel: [0.002] };
    const single = { ...round.single, classes: [used, second].filter((pass) => pass !== undefined) };
    const { classes } = summariseSingleCore(
      { ...corpus, classes: [{ ...small, images }, large] },
      [{ ...round, single }],
      1,
    );
    expect(classes[0]).toMatchObject({ images: 1, bytesIn: 1000, progressive: 0 });
  });

  it('refuses no rounds', () => {
    expect(() => summary([])).toThrow(RangeError);
  });
});
