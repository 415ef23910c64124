import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  type ColdObject,
  type ColdStore,
  ColdStoreUnavailable,
  ObjectLocked,
  ObjectMissing,
} from '../contracts/cold-store.ts';
import { checkKey } from './object-key.ts';

/** Where nothing is said: that of the S3 API itself, which servers that know no regions take. */
const defaultRegion = 'us-east-1';

export interface S3StoreOptions {
  readonly endpoint: string;
  readonly bucket: string;
  /** Left out: from the environment, as AWS's tools do. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  /** For which requests are signed; us-east-1 where left out. */
  readonly region?: string;
  /** Seconds of silence after which a try has failed; 20 unless told. */
  readonly timeout?: number;
}

/** Bytes a second that an upload is given time for; a connection that takes less counts as away. */
const slowestUpload = 1_000_000;
const tries = 2;

/**
 * Cold storage in an S3 bucket with object lock: a locked object is kept in compliance mode, which nobody can end
 * before its time, also not the owner of the account. The bucket is made with the lock where it is absent.
 *
 * A server that hangs is one that is away: ColdStoreUnavailable. Each request is tried twice; a try ends after `timeout`,
 * and a second for each MB that it uploads, without the head of an answer, and after `timeout` (and up to 3 s, since the
 * SDK begins to look late) without a byte of its body. The body of `get` is read once, so what stalls there is not tried again.
 */
export async function openS3Store(options: S3StoreOptions): Promise<ColdStore> {
  const s3 = await import('@aws-sdk/client-s3');
  const { endpoint, bucket: Bucket, accessKeyId, secretAccessKey, region = defaultRegion } = options;
  const requestTimeout = (options.timeout ?? 20) * 1000;
  const client = new s3.S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: tries,
    requestHandler: {
      connectionTimeout: 2000,
      requestTimeout,
      // The SDK would only warn.
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeout,
    },
    // The SDK would wait the whole request timeout for a server that does not know `Expect`.
    expectContinueHeader: false,
    ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
  });
  let ready: Promise<void> | undefined;
  /** On first use and not when opening, so that a role starts while cold storage is away. */
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      ready ??= ensureBucket(client, s3, Bucket);
      await ready;
      return await work();
    } catch (error) {
      if (error instanceof ObjectLocked || error instanceof ObjectMissing) throw error;
      if (error instanceof RangeError) throw error;
      ready = undefined;
      const cause = error as Error;
      throw new ColdStoreUnavailable(`S3 at ${endpoint} failed: ${cause.name} ${cause.message}`, { cause });
    }
  };
  const head = (Key: string) =>
    client.send(new s3.HeadObjectCommand({ Bucket, Key: checkKey(Key) })).catch((error) => {
      if (statusOf(error) === 404) return undefined;
      throw error;
    });
  const lockUntil = (retainUntil: number) => ({
    Mode: 'COMPLIANCE' as const,
    RetainUntilDate: new Date(retainUntil),
  });

  type Known = NonNullable<Awaited<ReturnType<typeof head>>>;
  /** An object that is there stays: the same bytes may be locked for longer. */
  const keep = async (Key: string, known: Known, sha256: string, retainUntil: number | undefined) => {
    if (known.Metadata?.['sha256'] !== sha256) throw new ObjectLocked(`${Key} is there with other bytes`);
    const lockedUntil = known.ObjectLockRetainUntilDate?.getTime() ?? 0;
    if (retainUntil === undefined || lockedUntil >= wholeSecond(retainUntil)) return;
    const Retention = lockUntil(retainUntil);
    const { VersionId } = known;
    await client.send(new s3.PutObjectRetentionCommand({ Bucket, Key, VersionId, Retention }));
  };

  return {
    put: (Key, bytes, { retainUntil } = {}) =>
      guarded(async () => {
        const sha256 = hashOf(bytes);
        const known = await head(Key);
        if (known) return keep(Key, known, sha256, retainUntil);
        const lock = retainUntil === undefined ? undefined : lockUntil(retainUntil);
        const put = new s3.PutObjectCommand({
          Bucket,
          Key,
          Body: bytes,
          Metadata: { sha256 },
          // Two writers at once: the second one is refused instead of adding a version.
          IfNoneMatch: '*',
          ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
          ...(lock ? { ObjectLockMode: lock.Mode, ObjectLockRetainUntilDate: lock.RetainUntilDate } : {}),
        });
        try {
          const requestTime = requestTimeout + (bytes.length / slowestUpload) * 1000;
          await client.send(put, { requestTimeout: requestTime });
        } catch (error) {
          // Somebody else was faster, or the answer to our own first try was lost.
          const written = isTaken(error) ? await head(Key) : undefined;
          if (!written) throw error;
          await keep(Key, written, sha256, retainUntil);
        }
      }),
    get: (Key) =>
      guarded(async () => {
        const answer = await client
          .send(new s3.GetObjectCommand({ Bucket, Key: checkKey(Key) }))
          .catch((error) => {
            if (statusOf(error) === 404) throw new ObjectMissing(`there is no ${Key}`);
            throw error;
          });
        const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        const written = answer.Metadata?.['sha256'];
        if (written !== undefined && written !== hashOf(bytes)) {
          throw new Error(`${Key} is damaged: its bytes do not match their hash`);
        }
        return bytes;
      }),
    list: (Prefix) =>
      guarded(async () => {
        const objects: ColdObject[] = [];
        for await (const page of s3.paginateListObjectsV2({ client }, { Bucket, Prefix })) {
          for (const { Key, Size } of page.Contents ?? [])
            if (Key) objects.push({ key: Key, bytes: Size ?? 0 });
        }
        return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
      }),
    remove: (Key) =>
      guarded(async () => {
        const known = await head(Key);
        if (!known) return;
        const until = known.ObjectLockRetainUntilDate;
        if (until && until.getTime() > Date.now())
          throw new ObjectLocked(`${Key} is kept until ${until.toISOString()}`);
        // The version itself: without one only a marker would be laid over it.
        const VersionId = known.VersionId;
        await client.send(new s3.DeleteObjectCommand({ Bucket, Key, ...(VersionId ? { VersionId } : {}) }));
      }),
    close: async () => client.destroy(),
  };
}

async function ensureBucket(
  client: S3Client,
  s3: typeof import('@aws-sdk/client-s3'),
  Bucket: string,
): Promise<void> {
  try {
    await client.send(new s3.HeadBucketCommand({ Bucket }));
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    await client
      .send(new s3.CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
      .catch((made) => {
        if (statusOf(made) !== 409) throw made;
      });
  }
}

/** 412: the key is taken; 409: somebody else writes it at this moment. */
function isTaken(error: unknown): boolean {
  return statusOf(error) === 412 || statusOf(error) === 409;
}

/** S3 keeps retention in whole seconds. */
function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
