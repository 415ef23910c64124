import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder } from '../../bench/cache-folder.ts';
import { corpusSummary, meanOver } from '../../bench/corpus.ts';
import { syntheticCorpus } from '../../bench/corpus-cache.ts';
import { imagesPerClass, progressivePerClass, syntheticClasses } from '../../bench/corpus-classes.ts';
import { encodeImage } from '../../bench/corpus-image.ts';

const recipe = {
  classes: [
    { name: '8 kB', share: 0.75, bytes: 8_000, width: 280, height: 210 },
    { name: '16 kB', share: 0.25, bytes: 16_000, width: 400, height: 300 },
  ],
  images: 2,
  progressive: 1,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-corpus-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const make = (more: Partial<Parameters<typeof syntheticCorpus>[0]> = {}) =>
  syntheticCorpus({ seed: 1, cacheFolder: folder, recipe, ...more });

describe('the size classes', () => {
  it('have shares that add up to 1 and a mean of exactly 256 kB', () => {
    expect(syntheticClasses.reduce((sum, c) => sum + c.share, 0)).toBeCloseTo(1, 12);
    expect(syntheticClasses.reduce((sum, c) => sum + c.share * c.bytes, 0)).toBeCloseTo(256_000, 6);
  });

  it('stay below 1 MB, are photographs of 4:3, and are all made smaller by the default job', () => {
    for (const { bytes, width, height } of syntheticClasses) {
      expect(bytes).toBeLessThan(1_000_000);
      expect(width / height).toBeCloseTo(4 / 3, 3);
      expect(width).toBeGreaterThan(800);
    }
  });

  it('hold one progressive image in ten', () => {
    expect(progressivePerClass / imagesPerClass).toBe(0.1);
  });
});

describe('the synthetic corpus', () => {
  it('has images within 1 % of the bytes of their class, of its pixels, and the stated progressive share', async () => {
    const corpus = await make();
    for (const [i, c] of corpus.classes.entries()) {
      const wanted = recipe.classes[i];
      for (const image of c.images) {
        expect(Math.abs(image.bytes / (wanted?.bytes ?? 0) - 1)).toBeLessThan(0.01);
        const real = await sharp(image.path).metadata();
        expect(real).toMatchObject({ format: 'jpeg', width: wanted?.width, height: wanted?.height });
        expect(real.isProgressive).toBe(image.progressive);
        expect(real.chromaSubsampling).toBe('4:2:0');
      }
      expect(meanOver(c.images, (image) => (image.progressive ? 1 : 0))).toBe(0.5);
    }
    expect(corpusSummary(corpus)).toMatchObject({ kind: 'synthetic', seed: 1, images: 4, progressive: 0.5 });
    expect(corpusSummary(corpus).meanBytes / 10_000).toBeCloseTo(1, 2);
  });

  it('is the same for the same seed, byte for byte, and another for another seed', async () => {
    const [first, other] = [await make(), await make({ seed: 2 })];
    const again = await make({ cacheFolder: join(folder, 'elsewhere') });
    expect(again.hash).toBe(first.hash);
    expect(other.hash).not.toBe(first.hash);
  });

  it('is generated once and then read from the cache', async () => {
    const first = await make();
    const generated: number[] = [];
    const second = await make({ onProgress: (done) => generated.push(done) });
    expect(second).toEqual(first);
    expect(generated).toEqual([]);
    expect(readdirSync(folder)).toEqual(['corpus-v1-seed-1']);
  });

  it('is made again, saying so, when a cached file was changed', async () => {
    const first = await make();
    writeFileSync(first.classes[0]?.images[1]?.path ?? '', 'not what it was');
    const notices: string[] = [];
    const second = await make({ onNotice: (message) => notices.push(message) });
    expect(second.hash).toBe(first.hash);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('made again');
    expect((await make()).hash).toBe(first.hash);
  });

  it('is made again when its list is cut off', async () => {
    const first = await make();
    writeFileSync(join(folder, 'corpus-v1-seed-1', 'corpus.json'), '{"version": 1, "ima');
    expect((await make()).hash).toBe(first.hash);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const controller = new AbortController();
    const made = make({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(made).rejects.toThrow('aborted');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses bytes that the pixels cannot have', async () => {
    const target = { width: 64, height: 48, bytes: 500_000, progressive: false, seed: 1 };
    await expect(encodeImage(target, 50)).rejects.toThrow('no contrast gives 500000 bytes');
  });
});

describe('the cache folder', () => {
  it("is what HEADROOM_CACHE_DIR says, else headroom in XDG_CACHE_HOME, else the platform's own", () => {
    expect(cacheFolder({ HEADROOM_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' }, 'linux')).toBe('/a');
    expect(cacheFolder({ XDG_CACHE_HOME: '/b' }, 'linux')).toBe('/b/headroom');
    expect(cacheFolder({}, 'linux')).toMatch(/\.cache\/headroom$/);
    expect(cacheFolder({}, 'darwin')).toMatch(/Library\/Caches\/headroom$/);
  });
});
