import type { Measurement } from '../src/measurement/types.ts';

/** One image of a corpus, as a file. */
export interface CorpusImage {
  /** File name, unique in the corpus. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  /** As the decoder names it: `jpeg`, `png`. */
  readonly format: string;
}

/** Images of about one size, and their share of the requests. */
export interface CorpusClass {
  readonly name: string;
  readonly share: number;
  readonly images: readonly CorpusImage[];
}

/** What is resized: classes sorted by bytes, shares that add up to 1. */
export interface Corpus {
  readonly kind: 'synthetic' | 'directory';
  /** SHA-256 over names, shares and bytes: two runs compare only if these agree. */
  readonly hash: string;
  readonly seed?: number;
  readonly classes: readonly CorpusClass[];
}

/** Summary of a corpus over its mix: a class counts by its share, an image by its share of the class. */
export function corpusSummary(corpus: Corpus): Measurement['corpus'] {
  const images = corpus.classes.flatMap((c) => c.images);
  return {
    kind: corpus.kind,
    hash: corpus.hash,
    ...(corpus.seed === undefined ? {} : { seed: corpus.seed }),
    meanBytes: overMix(corpus, (image) => image.bytes),
    maxBytes: Math.max(...images.map((image) => image.bytes)),
    images: images.length,
    progressive: overMix(corpus, (image) => (image.progressive ? 1 : 0)),
  };
}

function overMix(corpus: Corpus, of: (image: CorpusImage) => number): number {
  return corpus.classes.reduce((sum, c) => sum + c.share * meanOver(c.images, of), 0);
}

/** Mean of a property over images. */
export function meanOver(images: readonly CorpusImage[], of: (image: CorpusImage) => number): number {
  return images.reduce((sum, image) => sum + of(image), 0) / images.length;
}
