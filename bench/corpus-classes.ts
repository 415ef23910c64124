/** One size class of the synthetic corpus. */
export interface SyntheticClass {
  readonly name: string;
  readonly share: number;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The size mix of uploads up to 1 MB: the mean is exactly 256 kB. Pixels are those of 4:3 photographs that
 * reach about one bit per pixel at quality 80. Every class is wider than 800 px, so that the default job
 * always shrinks, and the ratios 1.04, 1.4, 2.0, 2.8 and 3.7 to 800 px lie on both sides of the first
 * shrink-on-load step (3).
 */
export const syntheticClasses: readonly SyntheticClass[] = [
  { name: '64 kB', share: 0.4, bytes: 64_000, width: 832, height: 624 },
  { name: '128 kB', share: 0.2, bytes: 128_000, width: 1096, height: 822 },
  { name: '256 kB', share: 0.15, bytes: 256_000, width: 1600, height: 1200 },
  { name: '512 kB', share: 0.15, bytes: 512_000, width: 2224, height: 1668 },
  { name: '896 kB', share: 0.1, bytes: 896_000, width: 2944, height: 2208 },
];

/** Ten images a class, of which one is progressive: 10 % of every class and so of the mix. */
export const imagesPerClass = 10;
export const progressivePerClass = 1;
