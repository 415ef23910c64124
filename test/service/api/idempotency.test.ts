import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../../service/shared/problem.ts';
import { codeOf, createScope, eventually, resized, runApi, work } from './running-api.ts';

const scope = createScope();
afterEach(() => scope.end());

let jpeg: Buffer<ArrayBuffer>;
beforeAll(async () => {
  const create = { width: 40, height: 20, channels: 3 as const, background: '#478' };
  jpeg = Buffer.from(await sharp({ create }).jpeg().toBuffer());
});

describe('an idempotency key', () => {
  const key = { 'idempotency-key': 'order-7' };

  it('gives the same answer for one piece of work, also while it is under way', async () => {
    const api = await runApi(scope);
    const both = [1, 2].map(() => api.post('/v1/resize?width=20', jpeg, key));
    await eventually(async () => expect(await api.value('headroom_api_requests_in_flight')).toBe(2));
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    const answers = [...(await Promise.all(both)), await api.post('/v1/resize?width=20', jpeg, key)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(jobs).toHaveLength(1);
  });

  it('is refused for another request, and is each customer’s own', async () => {
    const api = await runApi(scope);
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    expect((await api.post('/v1/resize?width=20', jpeg, key)).status).toBe(200);
    expect(await codeOf(await api.post('/v1/resize?width=21', jpeg, key))).toBe('422 idempotency-key-reused');
    expect((await api.post('/v1/resize?width=21', jpeg, { ...key, ...api.as('bert') })).status).toBe(200);
    expect(jobs).toHaveLength(2);
  });

  it('may be tried again after a failure that was not final', async () => {
    const api = await runApi(scope, { deadline: 0.5 });
    expect((await api.post('/v1/resize?width=20', jpeg, key)).status).toBe(504);
    await work(scope, api.queue, (_job, body) => resized(body));
    await eventually(async () => expect((await api.post('/v1/resize?width=20', jpeg, key)).status).toBe(200));
  });

  it('remembers a final refusal word for word, and kills no further process', async () => {
    const api = await runApi(scope);
    const codes = ['crashed', 'too-slow'] as const;
    const { jobs } = await work(scope, api.queue, () => ({
      kind: 'refused',
      code: codes[jobs.length - 1] ?? 'corrupt',
      detail: 'two died',
    }));
    for (const code of codes) {
      const keyed = { 'idempotency-key': code };
      const answers = [];
      for (let time = 0; time < 3; time++) answers.push(await api.post('/v1/resize?width=20', jpeg, keyed));
      const types = answers.map((answer) => answer.headers.get('content-type'));
      expect(types).toEqual(Array(3).fill('application/problem+json'));
      const bodies = await Promise.all(answers.map((answer) => answer.text()));
      expect(new Set(bodies).size).toBe(1);
      expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ status: 422, code, detail: 'two died' });
    }
    expect(jobs).toHaveLength(2);
    expect(await api.value('headroom_api_requests_total{outcome="client_error"}')).toBe(6);
  });

  it('counts for the month once, also where the first customer hung up before it was served', async () => {
    const quota = { requestsPerMonth: 2, requestsPerSecond: 1e5 };
    const nothing = { bytesIn: 0, bytesOut: 0, pixels: 0, cpuMicroseconds: 0, requests: 0 };
    const usageStore = { total: async (customer: string) => ({ customer, ...nothing }) };
    const api = await runApi(scope, {}, { quota, usageStore });
    // Begins the only reading of the store in this test.
    expect(await codeOf(await api.post('/v1/resize?width=20', '<svg/>'))).toBe('415 unsupported');
    const hangUp = new AbortController();
    const headers = { ...api.as(), ...key };
    const first = fetch(`${api.listen}/v1/resize?width=20`, {
      ...{ method: 'POST', headers, body: jpeg, signal: hangUp.signal },
    }).catch(() => 'hung up');
    await eventually(async () => expect((await api.queue.state()).waiting).toBe(1));
    hangUp.abort();
    expect(await first).toBe('hung up');
    const ended = 'headroom_api_requests_total{outcome="client_error"}';
    await eventually(async () => expect(await api.value(ended)).toBe(2));
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    await eventually(async () => expect(await api.value('headroom_api_requests_in_flight')).toBe(0));
    for (let time = 0; time < 3; time++) {
      expect((await api.post('/v1/resize?width=20', jpeg, key)).status).toBe(200);
    }
    expect((await api.post('/v1/resize?width=21', jpeg)).status).toBe(200);
    expect(await codeOf(await api.post('/v1/resize?width=22', jpeg))).toBe('429 quota-exceeded');
    expect(jobs).toHaveLength(2);
  });

  it('with an address gives the same answer when what is behind it has changed or is gone', async () => {
    let fetched = 0;
    const source = {
      fetch: async () => {
        fetched += 1;
        if (fetched > 1) throw new Refusal(422, 'source-unreachable', 'it is gone');
        return jpeg;
      },
      close: async () => {},
    };
    const api = await runApi(scope, {}, { source });
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    const json = { ...key, 'content-type': 'application/json' };
    const ask = (url: string) => api.post('/v1/resize', JSON.stringify({ url, width: 20 }), json);
    const answers = [await ask('https://a.test/1'), await ask('https://a.test/1')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await codeOf(await ask('https://a.test/2'))).toBe('422 idempotency-key-reused');
    expect([fetched, jobs.length]).toEqual([1, 1]);
    const other = { ...json, 'idempotency-key': 'gone' };
    const refused = () =>
      api.post('/v1/resize', JSON.stringify({ url: 'https://a.test/1', width: 20 }), other);
    expect(await (await refused()).text()).toBe(await (await refused()).text());
    expect(fetched).toBe(2);
  });

  it('keeps the answers of a customer while another one floods the memory', async () => {
    const api = await runApi(scope, { idempotency: { ttl: 600, bytes: 20_000 } });
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    const own = { ...key, ...api.as('bert') };
    expect((await api.post('/v1/resize?width=20', jpeg, own)).status).toBe(200);
    for (let order = 0; order < 40; order++) {
      await api.post('/v1/resize?width=20', jpeg, { 'idempotency-key': `flood-${order}` });
    }
    expect((await api.post('/v1/resize?width=20', jpeg, own)).status).toBe(200);
    expect(jobs.filter(({ customer }) => customer === 'bert')).toHaveLength(1);
  });
});
