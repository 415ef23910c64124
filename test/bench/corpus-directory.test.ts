import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryCorpus, UnusableImages } from '../../bench/corpus-directory.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-images-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function save(name: string, side: number): Promise<Buffer> {
  const data = await sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .toFormat(name.endsWith('png') ? 'png' : 'jpeg')
    .toBuffer();
  writeFileSync(join(folder, name), data);
  return data;
}

describe("a corpus of the user's images", () => {
  it('splits files into classes by bytes, each with its share of the files', async () => {
    for (let i = 1; i <= 10; i++) await save(`${i}.jpg`, 20 * i);
    const { classes, kind } = await directoryCorpus(folder);
    expect(kind).toBe('directory');
    expect(classes.map((c) => c.images.length)).toEqual([2, 2, 2, 2, 2]);
    expect(classes.reduce((sum, c) => sum + c.share, 0)).toBeCloseTo(1, 12);
    const bytes = classes.flatMap((c) => c.images.map((image) => image.bytes));
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  });

  it('takes fewer classes where there are fewer files, and leaves other files alone', async () => {
    await save('a.jpg', 40);
    await save('b.png', 80);
    writeFileSync(join(folder, 'notes.txt'), 'not an image');
    const { classes } = await directoryCorpus(folder);
    expect(classes.map((c) => c.images.map((image) => image.format))).toEqual([['jpeg'], ['png']]);
  });

  it('changes its hash with the bytes of a file', async () => {
    await save('a.jpg', 40);
    const before = await directoryCorpus(folder);
    await save('a.jpg', 41);
    expect((await directoryCorpus(folder)).hash).not.toBe(before.hash);
  });

  it('names every file that cannot be decoded, cut-off ones too', async () => {
    await save('good.jpg', 40);
    const whole = await save('cut.jpg', 300);
    writeFileSync(join(folder, 'cut.jpg'), whole.subarray(0, whole.length / 2));
    writeFileSync(join(folder, 'text.jpg'), 'no image at all');
    const error = await directoryCorpus(folder).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UnusableImages);
    expect((error as UnusableImages).files.map((f) => f.path)).toEqual(
      ['cut.jpg', 'text.jpg'].map((n) => join(folder, n)),
    );
  });

  it('refuses a folder without images and one that is not there', async () => {
    await expect(directoryCorpus(folder)).rejects.toThrow('holds no images');
    await expect(directoryCorpus(join(folder, 'missing'))).rejects.toThrow('cannot be read (ENOENT)');
  });
});
