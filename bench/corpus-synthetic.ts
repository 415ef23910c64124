import sharp from 'sharp';
import type { SyntheticClass } from './corpus-classes.ts';
import { encodeImage } from './corpus-image.ts';
import { derivedSeed } from './random.ts';

/** Contrast at which the search for an image's bytes starts. */
const firstGuess = 55;

/** What determines a synthetic corpus. */
export interface SyntheticRecipe {
  readonly seed: number;
  readonly classes: readonly SyntheticClass[];
  /** Images a class, and how many of them are progressive. */
  readonly images: number;
  readonly progressive: number;
}

/** A generated image that is not in a file yet. */
export interface GeneratedImage {
  readonly className: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly data: Buffer;
}

/**
 * The images of a synthetic corpus, one after the other: pixels depend on the recipe alone, bytes also on the
 * version of the JPEG encoder, which is why a corpus carries its hash.
 */
export async function* generateImages(recipe: SyntheticRecipe): AsyncGenerator<GeneratedImage> {
  sharp.concurrency(1);
  for (const [index, one] of recipe.classes.entries()) {
    let amplitude = firstGuess;
    for (let i = 0; i < recipe.images; i++) {
      const progressive = i >= recipe.images - recipe.progressive;
      const seed = derivedSeed(recipe.seed, index * 1000 + i);
      const found = await encodeImage({ ...one, progressive, seed }, amplitude);
      amplitude = found.amplitude;
      yield {
        className: one.name,
        name: fileName(one, i, progressive),
        width: one.width,
        height: one.height,
        progressive,
        data: found.data,
      };
    }
  }
}

function fileName(one: SyntheticClass, index: number, progressive: boolean): string {
  const kind = progressive ? '-progressive' : '';
  return `${one.name.replace(' ', '')}-${String(index).padStart(2, '0')}${kind}.jpg`;
}
