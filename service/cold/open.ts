import { fileURLToPath } from 'node:url';
import type { ColdStore } from '../contracts/cold-store.ts';
import type { ColdStoreConfig } from '../shared/config-types.ts';
import { readSecret } from '../shared/secret.ts';
import { openFolderStore } from './folder.ts';
import { openS3Store } from './s3.ts';

/** Cold storage of a config: a folder for `file://`, else S3. The launch has checked the address. */
export async function openColdStore(config: ColdStoreConfig): Promise<ColdStore> {
  const { url, bucket, region, accessKey, secretKey } = config;
  if (url.startsWith('file:')) return openFolderStore({ folder: fileURLToPath(url), bucket });
  const keys =
    accessKey && secretKey ? [await readSecret(accessKey), await readSecret(secretKey)] : undefined;
  return openS3Store({
    endpoint: url,
    bucket,
    ...(region === undefined ? {} : { region }),
    ...(keys?.[0] && keys[1] ? { accessKeyId: keys[0], secretAccessKey: keys[1] } : {}),
  });
}
