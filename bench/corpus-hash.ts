import { createHash } from 'node:crypto';

/** SHA-256 of bytes, as hexadecimal text. */
export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** What identifies a corpus: its classes with share, and name and hash of each image, in order. */
export function corpusHash(
  classes: readonly {
    readonly name: string;
    readonly share: number;
    readonly images: readonly { readonly name: string; readonly sha256: string }[];
  }[],
): string {
  const lines = classes.flatMap((c) => [
    `${c.name} ${c.share}`,
    ...c.images.map((image) => `${image.name} ${image.sha256}`),
  ]);
  return sha256(lines.join('\n'));
}
