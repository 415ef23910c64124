import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job, Served } from '../../../service/contracts/job.ts';
import {
  apiConfig,
  codeOf,
  createScope,
  embeddedQueue,
  eventually,
  putOutcome,
  resized,
  runApi,
  work,
} from './running-api.ts';

const scope = createScope();
afterEach(() => scope.end());

let jpeg: Buffer<ArrayBuffer>;
beforeAll(async () => {
  const create = { width: 40, height: 20, channels: 3 as const, background: '#478' };
  jpeg = Buffer.from(await sharp({ create }).jpeg().toBuffer());
});

const spool = () => ({ spool: { folder: scope.folder(), bytes: 1e8, deadline: 60, retention: 60 } });

describe('a resize', () => {
  it('gives the bytes to a worker and its result to the customer', async () => {
    const api = await runApi(scope);
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await api.post('/v1/resize?width=20&quality=70', jpeg, { traceparent });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(`small ${jpeg.length}`);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(answer.headers.get('x-headroom-cpu-us')).toBe('1234');
    expect(jobs[0]).toMatchObject({
      customer: 'anna',
      mode: 'wait',
      bodyBytes: jpeg.length,
      resize: { width: 20, fit: 'cover', format: 'jpeg', quality: 70 },
    });
    expect(jobs[0]?.traceparent).toContain('0af7651916cd43dd8448eb211c80319c');
    expect((jobs[0]?.deadlineAt ?? 0) - (jobs[0]?.acceptedAt ?? 0)).toBe(apiConfig.deadline * 1000);
    expect(await api.value('headroom_api_requests_total{outcome="served"}')).toBe(1);
    expect(await api.value('headroom_api_bodies_held_bytes')).toBe(0);
    expect(await api.value('headroom_api_requests_in_flight')).toBe(0);
  });

  it('answers the refusal of a worker as 4xx with its code', async () => {
    const api = await runApi(scope);
    await work(scope, api.queue, () => ({ kind: 'refused', code: 'crashed', detail: 'it killed two' }));
    expect(await codeOf(await api.post('/v1/resize?width=20', jpeg))).toBe('422 crashed');
    expect(await api.value('headroom_api_requests_total{outcome="client_error"}')).toBe(1);
  });

  it('ends at its deadline, and a later result finds nobody', async () => {
    const real = embeddedQueue(scope);
    let job: Job | undefined;
    const publish = (each: Job) => {
      job = each;
      return real.publish(each);
    };
    const api = await runApi(scope, { deadline: 0.3 }, { queue: { ...real, publish } });
    // Again where the machine was so busy that the time was over before the job was published.
    const asked = await eventually(async () => {
      expect(await codeOf(await api.post('/v1/resize?width=20', jpeg))).toBe('504 deadline-exceeded');
      return job ?? Promise.reject(new Error('not published'));
    });
    expect(await putOutcome(asked.resultUrl, resized(jpeg))).toBe(410);
    expect((await fetch(asked.bodyUrl)).status).toBe(410);
    expect(await api.value('headroom_api_requests_total{outcome="expired"}')).toBeGreaterThan(0);
  });

  it('takes the result of a job that is delivered twice both times, and answers once', async () => {
    const api = await runApi(scope);
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    expect((await api.post('/v1/resize?width=20', jpeg)).status).toBe(200);
    expect(await putOutcome(jobs[0]?.resultUrl ?? '', resized(jpeg))).toBe(200);
  });

  it('tells a worker that is given a served job again what to bill', async () => {
    const api = await runApi(scope);
    const { jobs } = await work(scope, api.queue, (_job, body) => resized(body));
    expect((await api.post('/v1/resize?width=20', jpeg)).status).toBe(200);
    const again = await fetch(jobs[0]?.bodyUrl ?? '');
    expect(again.status).toBe(208);
    const { finishedAt, ...served } = (await again.json()) as Served;
    const bytesOut = `small ${jpeg.length}`.length;
    expect(served).toEqual({ bytesIn: jpeg.length, bytesOut, pixelsIn: 200, cpuMicroseconds: 1234 });
    expect(Math.abs(finishedAt - Date.now())).toBeLessThan(60_000);
  });

  it('takes no image for a job that it has answered with a refusal, so that it is not billed', async () => {
    const api = await runApi(scope);
    const { jobs } = await work(scope, api.queue, () => ({
      kind: 'refused',
      code: 'corrupt',
      detail: 'cut',
    }));
    expect((await api.post('/v1/resize?width=20', jpeg)).status).toBe(422);
    expect(await putOutcome(jobs[0]?.resultUrl ?? '', resized(jpeg))).toBe(410);
    expect((await fetch(jobs[0]?.bodyUrl ?? '')).status).toBe(410);
  });

  it('shows bodies and results to nobody who does not have the token', async () => {
    const api = await runApi(scope);
    const asked = api.post('/v1/resize?width=20', jpeg);
    let seen = '';
    await work(scope, api.queue, (job, body) => {
      seen = job.bodyUrl;
      return resized(body);
    });
    expect((await asked).status).toBe(200);
    expect(seen.startsWith(api.internalListen)).toBe(true);
    expect((await fetch(seen.replace(/[^/]+\/body$/, 'guess/body'))).status).toBe(410);
    expect((await fetch(seen.replace(api.internalListen, api.listen))).status).toBe(404);
    expect((await api.get('/metrics')).status).toBe(404);
  });

  it('lets the bytes go when the customer hangs up', async () => {
    const api = await runApi(scope);
    const url = new URL(`${api.listen}/v1/resize?width=20`);
    const client = httpRequest(url, { method: 'POST', headers: api.as() });
    client.on('error', () => {});
    client.end(jpeg);
    await eventually(async () => expect(await api.value('headroom_api_bodies_held_bytes')).toBe(jpeg.length));
    client.destroy();
    await eventually(async () => expect(await api.value('headroom_api_bodies_held_bytes')).toBe(0));
    expect(await api.value('headroom_api_requests_in_flight')).toBe(0);
    expect(await api.value('headroom_api_requests_total{outcome="client_error"}')).toBe(1);
    const { jobs, statuses } = await work(scope, api.queue, (_job, body) => resized(body));
    await eventually(async () => expect(statuses).toEqual([410]));
    const refused = { kind: 'refused', code: 'corrupt', detail: 'it ends early' } as const;
    expect(await putOutcome(jobs[0]?.resultUrl ?? '', refused)).toBe(410);
  });

  it('takes the image of a customer who hung up while it was made, once and in its time: the work is billed', async () => {
    const api = await runApi(scope, { deadline: 2 });
    const url = new URL(`${api.listen}/v1/resize?width=20`);
    const client = httpRequest(url, { method: 'POST', headers: api.as() });
    client.on('error', () => {});
    client.end(jpeg);
    const { jobs, statuses } = await work(scope, api.queue, () => {
      client.destroy();
      return undefined;
    });
    await eventually(async () => expect(statuses).toEqual([200]));
    await eventually(async () => expect(await api.value('headroom_api_bodies_held_bytes')).toBe(0));
    const [{ resultUrl, bodyUrl, deadlineAt }] = jobs as [Job];
    expect(await putOutcome(resultUrl.replace(/[^/]+\/result$/, 'guess/result'), resized(jpeg))).toBe(410);
    expect(await putOutcome(resultUrl, resized(jpeg))).toBe(200);
    const again = await fetch(bodyUrl);
    expect(again.status).toBe(208);
    expect(await again.json()).toMatchObject({ bytesIn: jpeg.length, cpuMicroseconds: 1234 });
    expect(await putOutcome(resultUrl, resized(jpeg))).toBe(200);
    expect(deadlineAt).toBeGreaterThan(Date.now());
  });
});

describe('an image', () => {
  it('is looked at before it goes into the queue', async () => {
    const api = await runApi(scope, { limits: { bodyBytes: 10_000, pixels: 1000 } });
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>';
    const asked = async (body: string | Uint8Array<ArrayBuffer>, query = 'width=20') =>
      codeOf(await api.post(`/v1/resize?${query}`, body));
    expect(await asked(svg)).toBe('415 unsupported');
    expect(await asked(jpeg.subarray(0, 30))).toBe('422 corrupt');
    expect(await asked('')).toBe('422 no-image');
    expect(await asked(Buffer.alloc(10_001))).toBe('413 body-too-large');
    expect(await asked(jpeg, 'width=1000&height=1000')).toBe('422 result-too-large');
    const large = { width: 100, height: 100, channels: 3 as const, background: '#123' };
    expect(await asked(Buffer.from(await sharp({ create: large }).png().toBuffer()))).toBe(
      '413 too-many-pixels',
    );
    expect((await api.queue.state()).published).toBe(0);
  });

  it('needs parameters that make sense, and hears of everything that does not', async () => {
    const api = await runApi(scope);
    const answer = await api.post('/v1/resize?width=0&fit=squash&widht=3&format=gif&quality=101', jpeg);
    expect(answer.status).toBe(422);
    const { detail } = (await answer.json()) as { detail: string };
    for (const wrong of ['width must', 'fit must', 'widht is not', 'format must', 'quality must']) {
      expect(detail).toContain(wrong);
    }
    expect(await codeOf(await api.post('/v1/resize', jpeg))).toBe('422 invalid-parameters');
  });

  it.each(['fit', 'format', 'async'])(
    'needs a choice of %s that is one text, number or truth',
    async (name) => {
      const source = { fetch: async () => jpeg, close: async () => {} };
      const api = await runApi(scope, spool(), { source });
      await work(scope, api.queue, (_job, body) => resized(body));
      const right = { fit: 'cover', format: 'jpeg', async: true }[name];
      const ask = (value: unknown) => {
        const json = JSON.stringify({ url: 'https://a.test/1', width: 20, [name]: value });
        return api.post('/v1/resize', json, { 'content-type': 'application/json' });
      };
      for (const wrong of [{ toString: 1 }, [right], null, {}]) {
        expect([wrong, await codeOf(await ask(wrong))]).toEqual([wrong, '422 invalid-parameters']);
      }
      expect((await ask(right)).ok).toBe(true);
    },
  );
});

describe('a customer', () => {
  it('needs a key that is known', async () => {
    const api = await runApi(scope);
    const answer = await api.post('/v1/resize?width=20', jpeg, { authorization: 'Bearer hr_nobody' });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await codeOf(answer)).toBe('401 unauthorized');
    expect(await codeOf(await api.get('/v1/jobs/a.1', {}))).toBe('401 unauthorized');
    expect(await api.value('headroom_api_requests_total{outcome="unauthorized"}')).toBe(1);
  });

  it('has a quota, and hears when there is more', async () => {
    const quota = { requestsPerMonth: 1e6, requestsPerSecond: 0.001 };
    const api = await runApi(scope, {}, { quota });
    await work(scope, api.queue, (_job, body) => resized(body));
    expect((await api.post('/v1/resize?width=20', jpeg)).status).toBe(200);
    const second = await api.post('/v1/resize?width=20', jpeg);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(second)).toBe('429 rate-exceeded');
    expect((await api.post('/v1/resize?width=20', jpeg, api.as('bert'))).status).toBe(200);
  });

  it('has used nothing of the month where it was not served', async () => {
    const quota = { requestsPerMonth: 2, requestsPerSecond: 1e5 };
    const nothing = { bytesIn: 0, bytesOut: 0, pixels: 0, cpuMicroseconds: 0, requests: 0 };
    const usageStore = { total: async (customer: string) => ({ customer, ...nothing }) };
    const api = await runApi(scope, {}, { quota, usageStore });
    const post = () => api.post('/v1/resize?width=20', jpeg);
    let refuse = true;
    await work(scope, api.queue, (_job, body) =>
      refuse ? { kind: 'refused', code: 'corrupt', detail: 'cut' } : resized(body),
    );
    for (let failed = 0; failed < 4; failed++) expect(await codeOf(await post())).toBe('422 corrupt');
    const svg = await api.post('/v1/resize?width=20', '<svg/>');
    expect(await codeOf(svg)).toBe('415 unsupported');
    expect(await codeOf(await api.post('/v1/resize?width=20', Buffer.alloc(2e6)))).toBe('413 body-too-large');
    refuse = false;
    expect([(await post()).status, (await post()).status]).toEqual([200, 200]);
    expect(await codeOf(await post())).toBe('429 quota-exceeded');
  });

  it('may wait until the deadline, for an image and for another server, however short the time to send is', async () => {
    const later = 4000;
    const peer = createServer((_request, response) => setTimeout(() => response.end('{}'), later));
    scope.defer(() => peer.close());
    const url = await new Promise<string>((resolve) => {
      peer.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(peer.address() as AddressInfo).port}`));
    });
    const real = embeddedQueue(scope);
    const publish = async (job: Job) => {
      await sleep(later);
      await real.publish(job);
    };
    const config = { receiveTimeout: 1.5, peers: [{ node: 'b', url }] };
    const api = await runApi(scope, config, { queue: { ...real, publish } });
    await work(scope, real, (_job, body) => resized(body));
    const answers = await Promise.all([api.post('/v1/resize?width=20', jpeg), api.get('/v1/jobs/b.1')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('gets 503 for a full server while others are served', async () => {
    const api = await runApi(scope, { concurrency: 1 });
    const first = api.post('/v1/resize?width=20', jpeg);
    await eventually(async () => expect(await api.value('headroom_api_requests_in_flight')).toBe(1));
    const second = await api.post('/v1/resize?width=20', jpeg);
    expect(second.headers.get('retry-after')).toBe('3');
    expect(await codeOf(second)).toBe('503 overloaded');
    await work(scope, api.queue, (_job, body) => resized(body));
    expect((await first).status).toBe(200);
    expect((await api.post('/v1/resize?width=20', jpeg)).status).toBe(200);
    expect(await api.value('headroom_api_requests_total{outcome="shed"}')).toBe(1);
  });

  it('gets 503 while the queue is full', async () => {
    const queue = embeddedQueue(scope, { maxMessages: 1 });
    const api = await runApi(scope, {}, { queue });
    const first = api.post('/v1/resize?width=20', jpeg);
    await eventually(async () => expect((await queue.state()).waiting).toBe(1));
    expect(await codeOf(await api.post('/v1/resize?width=20', jpeg))).toBe('503 queue-full');
    await work(scope, queue, (_job, body) => resized(body));
    expect((await first).status).toBe(200);
  });
});

describe('draining', () => {
  it('fails readiness, finishes what is in flight, and takes no more', async () => {
    // Long enough for one question that is asked while it lasts.
    const api = await runApi(scope, { drainNotice: 2 });
    await eventually(async () => expect((await api.get('/readyz')).status).toBe(200));
    const asked = api.post('/v1/resize?width=20', jpeg);
    await eventually(async () => expect(await api.value('headroom_api_requests_in_flight')).toBe(1));
    const drained = api.running.drain();
    expect((await api.get('/readyz')).status).toBe(503);
    await work(scope, api.queue, (_job, body) => resized(body));
    expect((await asked).status).toBe(200);
    await drained;
    await expect(api.get('/livez')).rejects.toThrow();
  });

  it('cuts off what does not end in its time', async () => {
    const api = await runApi(scope, { drainTime: 0.1 });
    const asked = api.post('/v1/resize?width=20', jpeg).then(
      () => 'answered',
      () => 'cut off',
    );
    await eventually(async () => expect(await api.value('headroom_api_requests_in_flight')).toBe(1));
    await api.running.drain();
    expect(await asked).toBe('cut off');
  });
});
