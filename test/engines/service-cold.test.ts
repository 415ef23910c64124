import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openS3Store } from '../../service/cold/s3.ts';
import { type ColdStore, ColdStoreUnavailable } from '../../service/contracts/cold-store.ts';
import { coldStoreContract } from '../service/contracts/cold-store.ts';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';

describe.skipIf(!hasService('versitygw'))('cold storage on S3', { timeout: 60_000 }, () => {
  let gateway: RunningEngine;
  beforeAll(async () => {
    gateway = await startEngine('versitygw');
  }, 60_000);
  afterAll(() => gateway?.stop());

  const access = () => {
    const { origin, username, password } = new URL(gateway.address);
    return { endpoint: origin, accessKeyId: username, secretAccessKey: password };
  };
  const open = (bucket = 'records'): Promise<ColdStore> => openS3Store({ ...access(), bucket });

  coldStoreContract('S3', open, { isAtomic: false });

  it('writes one version of an object, however often and by however many it is put', async () => {
    const store = await open();
    const puts = Array.from({ length: 5 }, () => store.put('one/version', Buffer.from('bytes')));
    await Promise.allSettled(puts);
    await store.put('one/version', Buffer.from('bytes'));
    const { endpoint, accessKeyId, secretAccessKey } = access();
    const credentials = { accessKeyId, secretAccessKey };
    const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
    const { Versions } = await client.send(
      new ListObjectVersionsCommand({ Bucket: 'records', Prefix: 'one/version' }),
    );
    expect(Versions).toHaveLength(1);
    client.destroy();
    await store.close();
  });

  it('is unavailable while the server is away, opens nevertheless, and is back with it', async () => {
    const store = await open();
    await store.put('away/a', Buffer.from('bytes'));
    await gateway.kill(1);
    await expect(store.get('away/a')).rejects.toThrow(ColdStoreUnavailable);
    const other = await open();
    await expect(other.put('away/b', Buffer.from('bytes'))).rejects.toThrow(ColdStoreUnavailable);
    await gateway.restart(1);
    expect(Buffer.from(await store.get('away/a')).toString()).toBe('bytes');
    await other.put('away/b', Buffer.from('bytes'));
    await Promise.all([store.close(), other.close()]);
  });

  it('refuses to work with a wrong secret', async () => {
    const store = await openS3Store({ ...access(), secretAccessKey: 'wrong', bucket: 'records' });
    await expect(store.list('')).rejects.toThrow(ColdStoreUnavailable);
    await store.close();
  });
});
