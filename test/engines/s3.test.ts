import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasService, processesIn, type RunningEngine, startEngine } from './engine-start.ts';

describe.skipIf(!hasService('versitygw'))('versitygw', { timeout: 60_000 }, () => {
  const Bucket = 'cold';
  let gateway: RunningEngine;
  let s3: S3Client;

  beforeAll(async () => {
    gateway = await startEngine('versitygw');
    const { origin, username, password } = new URL(gateway.address);
    s3 = new S3Client({
      endpoint: origin,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: username, secretAccessKey: password },
    });
    await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  }, 60_000);

  afterAll(async () => {
    s3?.destroy();
    await gateway?.stop();
  });

  const text = async (Key: string, VersionId?: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
    return Body?.transformToString();
  };

  it('gives back what was stored, and lists it', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'raw/1', Body: 'records' }));
    expect(await text('raw/1')).toBe('records');
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'raw/' }));
    expect(Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([['raw/1', 7]]);
  });

  it('refuses to delete a locked version before its date, also to the owner', async () => {
    const { VersionId } = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'sealed/1',
        Body: 'bill',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: new Date(Date.now() + 3_600_000),
      }),
    );
    expect(VersionId).toBeTruthy();
    const deletion = s3.send(
      new DeleteObjectCommand({ Bucket, Key: 'sealed/1', VersionId, BypassGovernanceRetention: true }),
    );
    await expect(deletion).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(await text('sealed/1', VersionId)).toBe('bill');
  });

  it('keeps the locked version where the key is overwritten or deleted', async () => {
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'sealed/2', Body: 'first' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'sealed/2', Body: 'second' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'sealed/2' }));
    await expect(text('sealed/2')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await text('sealed/2', VersionId)).toBe('first');
  });

  it('refuses a wrong key', async () => {
    const { origin, username } = new URL(gateway.address);
    const stranger = new S3Client({
      endpoint: origin,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: username, secretAccessKey: 'wrong' },
    });
    await expect(stranger.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    stranger.destroy();
  });

  it('has after kill -9 and restart what it had', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'raw/2', Body: 'kept' }));
    await gateway.kill(1);
    await gateway.restart(1);
    expect(await text('raw/2')).toBe('kept');
  });

  it('leaves nothing running after stop', async () => {
    const folder = gateway.nodeFolder(1);
    expect(processesIn(folder)).toHaveLength(1);
    await gateway.stop();
    expect(processesIn(folder)).toEqual([]);
  });
});
