import { createHash } from 'node:crypto';

/** Together with `-records-` between them, the longest that is made of both, they fit into the 63 of S3 and of labels. */
const longestService = 30;
const longestRegion = 24;
const markLength = 8;

/** The name of a service where DNS, labels, buckets and file systems must take it; at most 30 characters. */
export function serviceSlug(name: string): string {
  return slug(name, 'service', longestService);
}

/** The same of a region; at most 24 characters. */
export function regionSlug(name: string): string {
  return slug(name, 'region', longestRegion);
}

/**
 * Small letters, digits and hyphens, beginning with a letter. Where more than case, accents and punctuation is lost, a
 * short hash of the whole name keeps it apart from others.
 */
function slug(name: string, word: string, longest: number): string {
  const spelt = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const plain = spelt.replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '');
  const whole = plain !== '' && lettersOf(plain) === lettersOf(spelt);
  if (whole && plain.length <= longest) return plain;
  const mark = createHash('sha256').update(name).digest('hex').slice(0, markLength);
  const head = (plain || word).slice(0, longest - markLength - 1).replace(/-+$/, '');
  return `${head}-${mark}`;
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}
