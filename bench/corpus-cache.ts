import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus, CorpusImage } from './corpus.ts';
import { imagesPerClass, progressivePerClass, syntheticClasses } from './corpus-classes.ts';
import { corpusHash, sha256 } from './corpus-hash.ts';
import type { SyntheticRecipe } from './corpus-synthetic.ts';

/** Changes whenever the recipe of the images does, so that an old cache is not taken for a new one. */
const corpusVersion = 1;
const manifestName = 'corpus.json';

interface Manifest {
  readonly version: number;
  readonly hash: string;
  readonly images: readonly (Omit<CorpusImage, 'path'> & { readonly className: string })[];
}

export interface SyntheticOptions {
  readonly seed: number;
  readonly cacheFolder: string;
  readonly onProgress?: (done: number, of: number) => void;
  /** Told when a cached corpus is damaged and made again. */
  readonly onNotice?: (message: string) => void;
  readonly signal?: AbortSignal;
  readonly recipe?: Omit<SyntheticRecipe, 'seed'>;
}

/**
 * The synthetic corpus of a seed: from the cache if every file there has the hash that was recorded, else
 * generated and put there, whole or not at all.
 * @throws the signal's reason when it is aborted between two images.
 */
export async function syntheticCorpus(options: SyntheticOptions): Promise<Corpus> {
  const recipe: SyntheticRecipe = {
    classes: syntheticClasses,
    images: imagesPerClass,
    progressive: progressivePerClass,
    ...options.recipe,
    seed: options.seed,
  };
  const folder = join(options.cacheFolder, `corpus-v${corpusVersion}-seed-${options.seed}`);
  const cached = await readCached(folder, recipe);
  if (typeof cached === 'object') return cached;
  if (cached === 'damaged') {
    options.onNotice?.(`the cached corpus in ${folder} does not have its recorded hash; it is made again`);
  }
  await mkdir(options.cacheFolder, { recursive: true });
  const draft = await mkdtemp(join(options.cacheFolder, 'corpus-draft-'));
  try {
    const manifest = await writeImages(draft, recipe, options);
    return (await moveInto(draft, folder, recipe)) ?? corpusOf(manifest, folder, recipe);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function writeImages(
  folder: string,
  recipe: SyntheticRecipe,
  options: SyntheticOptions,
): Promise<Manifest> {
  // Loads the image library, which a cached corpus does not need.
  const { generateImages } = await import('./corpus-synthetic.ts');
  const images: Manifest['images'][number][] = [];
  for await (const { data, ...image } of generateImages(recipe)) {
    options.signal?.throwIfAborted();
    await writeFile(join(folder, image.name), data);
    images.push({ ...image, bytes: data.length, sha256: sha256(data), format: 'jpeg' });
    options.onProgress?.(images.length, recipe.classes.length * recipe.images);
  }
  const manifest = { version: corpusVersion, hash: hashOf(images, recipe), images };
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Where another run has meanwhile put the same corpus, that one is taken and returned. */
async function moveInto(draft: string, folder: string, recipe: SyntheticRecipe): Promise<Corpus | undefined> {
  try {
    await rename(draft, folder);
    return undefined;
  } catch {
    const present = await readCached(folder, recipe);
    if (typeof present === 'object') return present;
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return undefined;
  }
}

async function readCached(folder: string, recipe: SyntheticRecipe): Promise<Corpus | 'absent' | 'damaged'> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined);
  if (text === undefined) return 'absent';
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.version !== corpusVersion || manifest.hash !== hashOf(manifest.images, recipe))
      return 'damaged';
    for (const image of manifest.images) {
      if (sha256(await readFile(join(folder, image.name))) !== image.sha256) return 'damaged';
    }
    return corpusOf(manifest, folder, recipe);
  } catch {
    return 'damaged';
  }
}

function hashOf(images: Manifest['images'], recipe: SyntheticRecipe): string {
  return corpusHash(
    recipe.classes.map((one) => ({
      name: one.name,
      share: one.share,
      images: images.filter((image) => image.className === one.name),
    })),
  );
}

function corpusOf(manifest: Manifest, folder: string, recipe: SyntheticRecipe): Corpus {
  const classes = recipe.classes.map((one) => ({
    name: one.name,
    share: one.share,
    images: manifest.images
      .filter((image) => image.className === one.name)
      .map(({ className: _, ...image }) => ({ ...image, path: join(folder, image.name) })),
  }));
  return { kind: 'synthetic', hash: manifest.hash, seed: recipe.seed, classes };
}
