import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openColdStore } from '../../../service/cold/open.ts';
import { ColdStoreUnavailable } from '../../../service/contracts/cold-store.ts';

/** Refuses everything and remembers by what it was signed. */
const signed: string[] = [];
const server = createServer((request, response) => {
  signed.push(String(request.headers.authorization));
  response.writeHead(403).end();
});
beforeAll(async () => {
  process.env['TEST_S3_KEY'] = 'key';
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  delete process.env['TEST_S3_KEY'];
  server.closeAllConnections();
  server.close();
});

/** The region in the signature of a request, and how the store took the refusal. */
async function regionOf(region?: string): Promise<string | undefined> {
  const { port } = server.address() as AddressInfo;
  const key = { env: 'TEST_S3_KEY' };
  const store = await openColdStore({
    ...{ url: `http://127.0.0.1:${port}`, bucket: 'records', retention: 60, accessKey: key, secretKey: key },
    ...(region === undefined ? {} : { region }),
  });
  await expect(store.list('')).rejects.toThrow(ColdStoreUnavailable);
  await store.close();
  return /Credential=key\/\d+\/([^/]+)\/s3\//.exec(signed.splice(0)[0] ?? '')?.[1];
}

describe('cold storage on S3', () => {
  it('signs for the region of its config, and for us-east-1 where there is none', async () => {
    expect(await regionOf()).toBe('us-east-1');
    expect(await regionOf('eu-central-1')).toBe('eu-central-1');
  });
});
