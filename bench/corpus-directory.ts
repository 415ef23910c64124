import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus, CorpusClass, CorpusImage } from './corpus.ts';
import { corpusHash, sha256 } from './corpus-hash.ts';

const extensions = /\.(jpe?g|png|webp|avif|gif|tiff?)$/i;
const maxClasses = 5;
/** Bounds the memory of a worker; a larger folder is thinned evenly over the sizes. */
const maxImages = 200;

/** A folder of the user's own images could not be used as it is. */
export class UnusableImages extends Error {
  /** Files that were refused, with the reason. */
  readonly files: readonly { readonly path: string; readonly reason: string }[];

  constructor(message: string, files: UnusableImages['files'] = []) {
    super(message);
    this.name = 'UnusableImages';
    this.files = files;
  }
}

/**
 * The images of a folder as a corpus: up to five classes of about equally many files, split at quantiles of
 * their bytes, each with its share of the files. Of more than 200 files, every n-th in order of size is taken.
 * @throws UnusableImages if the folder cannot be listed, holds no image, or a file in it cannot be decoded:
 * all are named.
 */
export async function directoryCorpus(folder: string): Promise<Corpus> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new UnusableImages(`the folder ${folder} cannot be read (${error.code})`);
  });
  const { default: sharp } = await import('sharp');
  const images: CorpusImage[] = [];
  const refused: { path: string; reason: string }[] = [];
  for (const name of names.filter((n) => extensions.test(n)).sort()) {
    const path = join(folder, name);
    try {
      images.push(await describe(sharp, name, path));
    } catch (error) {
      refused.push({ path, reason: (error as Error).message.split('\n')[0] ?? 'unreadable' });
    }
  }
  if (refused.length > 0) throw new UnusableImages(`${refused.length} files cannot be decoded`, refused);
  if (images.length === 0) throw new UnusableImages(`the folder ${folder} holds no images`);
  const classes = byBytes(thinned(images.sort((a, b) => a.bytes - b.bytes)));
  return { kind: 'directory', hash: corpusHash(classes), classes };
}

async function describe(
  sharp: typeof import('sharp')['default'],
  name: string,
  path: string,
): Promise<CorpusImage> {
  const data = await readFile(path);
  const { width, height, isProgressive, format } = await sharp(data).metadata();
  // The header alone may be sound while the pixels are cut off.
  await sharp(data, { failOn: 'error' }).resize(16).toBuffer();
  const sides = { width: width ?? 0, height: height ?? 0 };
  return {
    name,
    path,
    bytes: data.length,
    sha256: sha256(data),
    ...sides,
    progressive: isProgressive === true,
    format: format ?? 'unknown',
  };
}

function thinned(sorted: readonly CorpusImage[]): CorpusImage[] {
  const keep = Math.min(maxImages, sorted.length);
  return Array.from(
    { length: keep },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / keep)] as CorpusImage,
  );
}

function byBytes(sorted: readonly CorpusImage[]): CorpusClass[] {
  const count = Math.min(maxClasses, sorted.length);
  const classes: CorpusClass[] = [];
  for (let i = 0; i < count; i++) {
    const images = sorted.slice(
      Math.round((i * sorted.length) / count),
      Math.round(((i + 1) * sorted.length) / count),
    );
    const mean = images.reduce((sum, image) => sum + image.bytes, 0) / images.length;
    const label = `${Number((mean / 1000).toPrecision(3))} kB`;
    const name = classes.some((c) => c.name === label) ? `${label} (${i + 1})` : label;
    classes.push({ name, share: images.length / sorted.length, images });
  }
  return classes;
}
