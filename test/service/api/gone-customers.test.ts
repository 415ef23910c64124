import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiDependencies } from '../../../service/api/start.ts';
import type { Authenticator, Identity } from '../../../service/contracts/identity.ts';
import { Refusal } from '../../../service/shared/problem.ts';
import { codeOf, createScope, eventually, resized, runApi, work } from './running-api.ts';

const scope = createScope();
afterEach(() => scope.end());

let jpeg: Buffer<ArrayBuffer>;
beforeAll(async () => {
  const create = { width: 40, height: 20, channels: 3 as const, background: '#478' };
  jpeg = Buffer.from(await sharp({ create }).jpeg().toBuffer());
});

const key = { 'idempotency-key': 'order-7' };
const identity: Identity = {
  ...{ keyId: 'k', secretHash: '', customer: 'anna', plan: 'default', revoked: false, version: 1 },
  quota: { requestsPerMonth: 1e6, requestsPerSecond: 1e5 },
};
const json = { 'content-type': 'application/json' };
const byAddress = JSON.stringify({ url: 'https://a.test/1', width: 20 });

type Api = Awaited<ReturnType<typeof runApi>>;

const inFlight = (api: Api) => api.value('headroom_api_requests_in_flight');
const hungUp = (api: Api) => api.value('headroom_api_requests_total{outcome="client_error"}');

/** Asks; returns how to hang up, which resolves once the server knows. */
function ask(api: Api, path: string, body: string | Buffer<ArrayBuffer>, headers: Record<string, string>) {
  const hangUp = new AbortController();
  const sent = { method: 'POST', headers: { ...api.as(), ...headers }, body, signal: hangUp.signal };
  const asking = fetch(api.listen + path, sent).catch(() => 'hung up');
  return async () => {
    const before = await hungUp(api);
    hangUp.abort();
    expect(await asking).toBe('hung up');
    await eventually(async () => expect(await hungUp(api)).toBe((before || 0) + 1));
  };
}

/** A host that answers when it is told to, and hears of who does not want it any more. */
function slowSource() {
  const seen = { asked: 0, aborted: 0, answer: (_image: Buffer) => {} };
  const source: NonNullable<ApiDependencies['source']> = {
    fetch: (_url, signal) =>
      new Promise((resolve, reject) => {
        seen.asked += 1;
        seen.answer = resolve;
        signal?.addEventListener('abort', () => {
          seen.aborted += 1;
          reject(new Refusal(422, 'source-unreachable', 'nobody wants it'));
        });
      }),
    close: async () => {},
  };
  return { seen, source };
}

describe('the place of a customer who hung up', () => {
  it('is kept behind a key until the image came back, for each body that is held meanwhile', async () => {
    const api = await runApi(scope, { concurrency: 2 });
    const first = ask(api, '/v1/resize?width=20', jpeg, key);
    await eventually(async () => expect((await api.queue.state()).waiting).toBe(1));
    const second = ask(api, '/v1/resize?width=20', jpeg, key);
    await eventually(async () => expect(await inFlight(api)).toBe(2));
    await first();
    await second();
    expect(await inFlight(api)).toBe(2);
    expect(await codeOf(await api.post('/v1/resize?width=21', jpeg))).toBe('503 overloaded');
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    await eventually(async () => expect(await inFlight(api)).toBe(0));
    expect((await api.post('/v1/resize?width=20', jpeg, key)).status).toBe(200);
    expect(jobs).toHaveLength(1);
  });

  it('is given back at once without a key, and nothing is fetched for nobody', async () => {
    const { seen, source } = slowSource();
    const api = await runApi(scope, {}, { source });
    const hangUp = ask(api, '/v1/resize', byAddress, json);
    await eventually(() => expect(seen.asked).toBe(1));
    await hangUp();
    await eventually(async () => expect(await inFlight(api)).toBe(0));
    expect(seen.aborted).toBe(1);
    expect((await api.queue.state()).published).toBe(0);
  });

  it('is kept behind a key while the image is fetched, which others may wait for', async () => {
    const { seen, source } = slowSource();
    const api = await runApi(scope, {}, { source });
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    const hangUp = ask(api, '/v1/resize', byAddress, { ...json, ...key });
    await eventually(() => expect(seen.asked).toBe(1));
    await hangUp();
    expect([await inFlight(api), seen.aborted]).toEqual([1, 0]);
    seen.answer(jpeg);
    await eventually(async () => expect(await inFlight(api)).toBe(0));
    expect((await api.post('/v1/resize', byAddress, { ...json, ...key })).status).toBe(200);
    expect([seen.asked, jobs.length]).toEqual([1, 1]);
  });

  it('is not needed by work that never began: a customer who goes while the key is checked', async () => {
    const { seen, source } = slowSource();
    let checked = (_answer: Awaited<ReturnType<Authenticator['authenticate']>>) => {};
    let asked = false;
    const authenticate: Authenticator['authenticate'] = () => {
      asked = true;
      return new Promise((resolve) => {
        checked = resolve;
      });
    };
    const authenticator = { authenticate, close: async () => {} };
    const api = await runApi(scope, {}, { source, authenticator });
    const hangUp = ask(api, '/v1/resize?width=20&url=https://a.test/1', Buffer.alloc(0), key);
    await eventually(() => expect(asked).toBe(true));
    await hangUp();
    checked({ kind: 'known', identity, stale: false });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([await inFlight(api), seen.asked]).toEqual([0, 0]);
  });
});
