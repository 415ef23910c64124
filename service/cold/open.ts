import { fileURLToPath } from 'node:url';
import type { ColdStore } from '../contracts/cold-store.ts';
import type { ColdStoreConfig } from '../shared/config-types.ts';
import { readSecret } from '../shared/secret.ts';
import { openFolderStore } from './folder.ts';
import { openS3Store } from './s3.ts';

/** Cold storage of a config: a folder for `file://`, S3 for `http(s)://`. Throws a RangeError for another address. */
export async function openColdStore(config: ColdStoreConfig): Promise<ColdStore> {
  const { protocol } = new URL(config.url);
  if (protocol === 'file:')
    return openFolderStore({ folder: fileURLToPath(config.url), bucket: config.bucket });
  if (protocol === 'http:' || protocol === 'https:') {
    const { accessKey, secretKey } = config;
    const keys =
      accessKey && secretKey ? [await readSecret(accessKey), await readSecret(secretKey)] : undefined;
    return openS3Store({
      endpoint: config.url,
      bucket: config.bucket,
      ...(keys?.[0] && keys[1] ? { accessKeyId: keys[0], secretAccessKey: keys[1] } : {}),
    });
  }
  throw new RangeError(`coldStore.url: neither file:// nor http(s)://: ${config.url}`);
}
