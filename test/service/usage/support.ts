import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { afterEach } from 'vitest';
import type { UsageRecord } from '../../../service/contracts/usage.ts';
import type { UsageConfig } from '../../../service/shared/config-types.ts';

export const quiet = pino({ level: 'silent' });

/** A day in the past, so that nothing depends on when the tests run. */
export const noon = Date.UTC(2026, 0, 15, 12);

export function record(id: number | string, more: Partial<UsageRecord> = {}): UsageRecord {
  return {
    requestId: `request-${id}`,
    customer: 'acme',
    finishedAt: noon,
    deadlineAt: noon + 500,
    bytesIn: 200_000,
    bytesOut: 30_000,
    pixels: 12_000_000,
    cpuMicroseconds: 20_000,
    outcome: 'served',
    worker: 'worker-1',
    ...more,
  };
}

export function records(count: number, more: Partial<UsageRecord> = {}): UsageRecord[] {
  return Array.from({ length: count }, (_, id) => record(id, more));
}

/** A function that makes temp folders, which are removed after each test. */
export function useFolders(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-usage-'));
    folders.push(folder);
    return folder;
  };
}

export function usageConfig(folder: string, more: Partial<UsageConfig> = {}): UsageConfig {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    folder: join(folder, 'log'),
    bufferBytes: 100_000_000,
    fsyncInterval: 0.02,
    batchInterval: 0.02,
    batchRecords: 1000,
    rollupWindow: 60,
    retry: { first: 0.02, most: 0.1 },
    store: {
      url: 'embedded',
      folder: join(folder, 'store'),
      replicas: 1,
      writeQuorum: 1,
      readQuorum: 1,
      retention: 400 * 86_400,
      timeout: 2,
    },
    coldStore: { url: pathToFileURL(join(folder, 'cold')).href, bucket: 'usage', retention: 3600 },
    ...more,
  };
}

/** Polls until a value is as wanted; the test's own time limit ends the wait. */
export async function eventually<T>(read: () => Promise<T> | T, isGood: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (isGood(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
