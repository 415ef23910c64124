// The speed of the service: what API and queue add to a resize, throughput and overload against ipx with the same
// output on the same cores. Rounds are interleaved, so that a slow second of the machine hits both alike. Load that
// exceeds the capacity is open-loop: see bench/service/open-loop.mjs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import sharp from 'sharp';
import { openLoop, percentile } from './service/open-loop.mjs';
import { cpuSeconds, metric, photographs, startIpx, startService } from './service/servers.mjs';

const rounds = Number(process.env.HEADROOM_SELF_ROUNDS ?? 3);
const seconds = Number(process.env.HEADROOM_SELF_SECONDS ?? 5);
/** How long the overload lasts: long enough for a queue without a bound to grow past every deadline. */
const overloadSeconds = Number(process.env.HEADROOM_SELF_OVERLOAD_SECONDS ?? 60);
/** Within which the service answers or refuses, in milliseconds (service/all/defaults.ts). */
const deadline = 16_000;
const connections = 8;
/** Rounds that do not count: a server runs for days, with its code compiled. */
const warmUps = 3;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const median = (values) => percentile(values, 0.5);

/**
 * Requests a second that a server answers with 200, several in flight (a closed loop is right for a capacity), and its
 * CPU time for one, which holds on a machine that others use too.
 */
async function capacity(server, width, images) {
  const request = server.requestOf(width);
  const requests = images.map((_, index) => request(index, images));
  const before = cpuSeconds(server);
  const result = await autocannon({ url: server.origin, connections, duration: seconds, requests });
  const served = result['2xx'];
  return { perSecond: served / result.duration, cpu: (cpuSeconds(server) - before) / served };
}

/** One request after another with an image of 1 kB, by code that was compiled: what is not the resize itself. */
async function overhead(service) {
  const tiny = await sharp({ create: { width: 48, height: 48, channels: 3, background: '#567' } })
    .jpeg({ quality: 90 })
    .toBuffer();
  const pool = { origin: service.origin, requestOf: service.requestOf(16) };
  const sum = () => metric(service.workerMetrics, 'headroom_worker_resize_duration_seconds_sum');
  const times = [];
  // Of the client too: until V8 has compiled it, it takes more time than the service.
  await Promise.all(Array.from({ length: connections }, () => openLoopOnce(pool, tiny, 500)));
  await openLoopOnce(pool, tiny, 50);
  const before = await sum();
  const count = 300;
  for (let index = 0; index < count; index++) times.push(await openLoopOnce(pool, tiny, 1));
  const resize = ((await sum()) - before) / count;
  return { bytes: tiny.length, total: median(times), resize: resize * 1000 };
}

async function openLoopOnce({ origin, requestOf }, image, times) {
  let milliseconds = 0;
  for (let index = 0; index < times; index++) {
    const { path, ...request } = requestOf(0, [image]);
    const begin = performance.now();
    const answer = await fetch(origin + path, request);
    await answer.arrayBuffer();
    milliseconds = performance.now() - begin;
    if (answer.status !== 200) throw new Error(`the service answered ${answer.status}`);
  }
  return milliseconds;
}

/** An open loop above the capacity; latency of what was served, and of what was refused. */
async function overload(server, width, images, rate, duration) {
  const request = server.requestOf(width);
  const answers = await openLoop(server.origin, {
    rate,
    seconds: duration,
    requestOf: (index) => request(index, images),
  });
  const served = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 503 || status === 429);
  const times = (of) => of.map(({ milliseconds }) => milliseconds);
  return {
    asked: answers.length,
    goodput: served.length / duration,
    p99: percentile(times(served), 0.99),
    refused: refused.length,
    refusedP99: percentile(times(refused), 0.99),
    other: answers.length - served.length - refused.length,
  };
}

const rows = [];
function row(name, value, goal, met) {
  const verdict = goal === undefined ? '' : `goal ${goal}: ${met ? 'met' : 'missed'}`;
  rows.push(verdict);
  console.log([name.padEnd(44), value.padStart(28), verdict].join('  ').trimEnd());
}

const folder = mkdtempSync(join(tmpdir(), 'headroom-service-bench-'));
const images = await photographs(folder, 8);
const servers = [];
try {
  const service = await startService(join(mkdtempSync(join(folder, 'data-'))));
  servers.push(service);
  const ipx = await startIpx(folder);
  servers.push(ipx);

  const { bytes, total, resize } = await overhead(service);
  row(
    `overhead of api and queue, ${bytes} B, p50`,
    `${(total - resize).toFixed(2)} ms`,
    '5 ms',
    total - resize < 5,
  );
  row('  of which in all, and in the resize process', `${total.toFixed(2)}, ${resize.toFixed(2)} ms`);

  const measured = new Map();
  for (const width of [200, 800]) {
    for (const server of servers) {
      for (let round = 0; round < warmUps; round++) await capacity(server, width, images);
    }
    const perServer = servers.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, server] of servers.entries())
        perServer[index].push(await capacity(server, width, images));
    }
    const [ours, theirs] = perServer.map((each) => median(each.map(({ perSecond }) => perSecond)));
    const pairs = perServer[0].map((mine, round) => [mine, perServer[1][round]]);
    const ratio = median(pairs.map(([mine, peer]) => mine.perSecond / peer.perSecond));
    const work = median(pairs.map(([mine, peer]) => peer.cpu / mine.cpu));
    const cpu = perServer.map((each) => (1000 * median(each.map((one) => one.cpu))).toFixed(1));
    measured.set(width, { ours, theirs });
    row(
      `throughput at ${width} px: ours, ipx, ratio`,
      `${ours.toFixed(1)}/s ${theirs.toFixed(1)}/s ${ratio.toFixed(2)}`,
      '1.0',
      ratio >= 1,
    );
    row('  CPU time of a request: ours, ipx, inverse ratio', `${cpu.join(', ')} ms ${work.toFixed(2)}`);
  }

  const { ours, theirs } = measured.get(800);
  const mine = await overload(service, 800, images, 1.5 * ours, overloadSeconds);
  await pause(2000);
  const peer = await overload(ipx, 800, images, 1.5 * theirs, overloadSeconds);
  row(
    `1.5 × load, 800 px, ${overloadSeconds} s: p99 ours, ipx`,
    `${mine.p99.toFixed(0)} ms, ${peer.p99.toFixed(0)} ms`,
    'a quarter',
    mine.p99 <= peer.p99 / 4,
  );
  row(
    '  p99 of what was served, of the deadline',
    (mine.p99 / deadline).toFixed(2),
    '1.0',
    mine.p99 <= deadline,
  );
  const share = mine.goodput / ours;
  row('  goodput, of the capacity', `${mine.goodput.toFixed(1)}/s, ${share.toFixed(2)}`, '0.9', share >= 0.9);
  row(
    `  refused ${mine.refused} of ${mine.asked}: p99`,
    `${mine.refusedP99.toFixed(1)} ms`,
    '50 ms',
    mine.refusedP99 <= 50,
  );
  row('  neither served nor refused', String(mine.other), '0', mine.other === 0);
  const after = await openLoopOnce(
    { origin: service.origin, requestOf: service.requestOf(800) },
    images[0],
    3,
  );
  row('  a request right after', `${after.toFixed(0)} ms`, '250 ms', after < 250);
} finally {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
if (rows.some((verdict) => verdict.endsWith('missed'))) process.exitCode = 3;
