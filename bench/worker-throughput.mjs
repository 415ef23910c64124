// How much of a core's resizing is left when the worker role does it: jobs from the queue, bytes fetched, results
// handed in, usage logged, against the benchmark's own closed loop over the same images with the same settings.
// Both on the same core in interleaved rounds of one run, so that a slow second of the machine hits both alike. Goal: 0.9
// or better by CPU time of the whole role, supervisor and child; images per second also count what else the core does. A
// worker runs for weeks, so its first minute, before the compiler has settled, is not measured: on a machine where an
// image of 200 px takes 4.5 ms, the supervisor takes 0.56 ms of CPU for each after 1500 images and 0.45 after 8000.
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuSeconds } from './service/servers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const rounds = Number(process.env.HEADROOM_SELF_ROUNDS ?? 7);
const seconds = 4;
const warmUpImages = 10_000;
const goal = 0.9;
/** Both run there and nowhere else, the whole role as well. Linux. */
const core = 1;
const images = 8;
const jobs = [
  { width: 800, format: 'jpeg', quality: 80 },
  { width: 200, format: 'jpeg', quality: 80 },
];

const entries = {
  corpus: 'bench/corpus-image.ts',
  process: 'bench/worker-process.ts',
  loop: 'bench/resize-worker.ts',
  worker: 'service/worker/start.ts',
  resize: 'service/worker/resize-process.ts',
  queue: 'service/queue/embedded-queue.ts',
  metrics: 'service/shared/metrics.ts',
  log: 'service/shared/log.ts',
  collector: 'service/launch/collector.ts',
  serve: 'src/app/serve.ts',
};

/** Built as the product builds them, beside node_modules, where the image library is found. */
async function build() {
  const { rolldown } = await import('rolldown');
  const folder = mkdtempSync(join(root, 'node_modules', '.headroom-bench-'));
  const input = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)]));
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: ['sharp', 'benchmark'],
    logLevel: 'silent',
  });
  await bundle.write({ dir: folder, format: 'cjs', exports: 'named', entryFileNames: '[name].cjs' });
  await bundle.close();
  return folder;
}

/** Runs in a process of its own: the worker role with the queue in it, kept busy for some seconds at a time. */
async function serveWorker(folder, api) {
  require(join(folder, 'collector.cjs')).collectRarely();
  const { startWorker } = require(join(folder, 'worker.cjs'));
  const { createEmbeddedQueue } = require(join(folder, 'queue.cjs'));
  const metrics = require(join(folder, 'metrics.cjs')).createMetrics('worker');
  const logger = require(join(folder, 'log.cjs')).createLogger('worker', 'error');
  const minute = 60;
  const queueConfig = {
    ...{ url: 'embedded', replicas: 1, partitions: 1, maxAge: minute, maxMessages: 1000, maxBytes: 1e7 },
    ...{ ackWait: minute, maxDeliveries: 2, deduplicationWindow: minute, publishTimeout: 5 },
  };
  const queue = createEmbeddedQueue(queueConfig, { logger, metrics });
  let next = 0;
  let done = 0;
  let resize;
  const publish = () => {
    const id = String(next++);
    const deadlineAt = Date.now() + minute * 1000;
    const addresses = { bodyUrl: `${api}/bodies/${next % images}`, resultUrl: `${api}/results/${id}` };
    const job = {
      id,
      customer: 'bench',
      resize,
      ...addresses,
      bodyBytes: 0,
      acceptedAt: Date.now(),
      deadlineAt,
    };
    return queue.publish({ ...job, mode: 'wait' });
  };
  const usageLog = {
    append: async (records) => {
      done += records.length;
      if (resize) void publish();
    },
    close: async () => {},
  };
  const config = {
    ...{ listen: { host: '127.0.0.1', port: 0 }, processes: 1, jobsPerProcess: 1, deadline: 20 },
    ...{ memoryBytes: 2e9, drainTime: 5, limits: { bodyBytes: 1e7, pixels: 5e7 }, queue: queueConfig },
  };
  const resizeProcess = join(folder, 'resize.cjs');
  await startWorker(config, { queue, usageLog, logger, metrics, resizeProcess });
  process.on('message', async (job) => {
    resize = { ...job, fit: 'inside' };
    for (let i = 0; i < 8; i++) await publish();
    do await pause(1000);
    while (done < warmUpImages);
    const [cpu, images, begin] = [cpuSeconds(process), done, performance.now()];
    await pause(seconds * 1000);
    const [usedCpu, count, wall] = [cpuSeconds(process) - cpu, done - images, performance.now() - begin];
    resize = undefined;
    while ((await queue.state()).inFlight > 0) await pause(20);
    process.send({ perSecond: (count * 1000) / wall, cpuPerImage: usedCpu / count });
  });
  process.send('ready');
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const message = (child) => new Promise((resolve) => child.once('message', resolve));
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Keeps the role busy with a job until it is warm and for some seconds more: what these cost. */
function answerOf(role, job) {
  const answer = message(role);
  role.send(job);
  return answer;
}

/** Stands in for the API server: gives the images out and takes results. */
async function serveImages(files) {
  const bodies = files.map((file) => readFileSync(file));
  const server = createServer((request, response) => {
    const [, kind, id] = request.url.split('/');
    if (kind === 'bodies') return response.end(bodies[Number(id)]);
    request.resume().on('end', () => response.end());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}` };
}

/** The benchmark's own loop: one process, one image in flight. */
async function loopOf(worker, paths, job) {
  await worker.load({ paths, job, plant: 1 });
  const sequence = paths.map((_, index) => index);
  const run = (time) => {
    const from = process.hrtime.bigint();
    return worker.loop({ sequence, start: 0, from, until: from + BigInt(time * 1e9) });
  };
  await run(1);
  const { jobs: done, cpu } = await run(seconds);
  return { perSecond: done.length / done.at(-1).end, cpuPerImage: cpu / done.length };
}

async function main() {
  const folder = await build();
  const { encodeImage } = require(join(folder, 'corpus.cjs'));
  const { startWorker } = require(join(folder, 'process.cjs'));
  const { youngGeneration } = require(join(folder, 'serve.cjs'));
  const paths = [];
  for (let seed = 1, guess = 60; seed <= images; seed++) {
    const target = { width: 1600, height: 1200, bytes: 256_000, progressive: false, seed };
    const { data, amplitude } = await encodeImage(target, guess);
    guess = amplitude;
    paths.push(join(folder, `${seed}.jpg`));
    writeFileSync(paths.at(-1), data);
  }
  const { server, address } = await serveImages(paths);
  const role = fork(fileURLToPath(import.meta.url), ['worker', folder, address], {
    execPath: 'taskset',
    execArgv: ['-c', String(core), process.execPath, ...youngGeneration],
  });
  const bench = startWorker(join(folder, 'loop.cjs'), 60, core);
  try {
    await message(role);
    await answerOf(role, jobs.at(-1));
    for (const job of jobs) await compare(job, { role, bench, paths });
  } finally {
    role.kill('SIGKILL');
    bench.kill();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(job, { role, bench, paths }) {
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    const own = await loopOf(bench, paths, job);
    pairs.push({ own, worker: await answerOf(role, job) });
  }
  const wall = median(pairs.map(({ own, worker }) => worker.perSecond / own.perSecond));
  const cpu = median(pairs.map(({ own, worker }) => own.cpuPerImage / worker.cpuPerImage));
  const of = (name, key) => median(pairs.map((pair) => pair[name][key]));
  console.log(
    `256 kB photograph to ${job.width} px ${job.format}, one core, ${rounds} rounds of ${seconds} s`,
  );
  for (const name of ['own', 'worker']) {
    const label = name === 'own' ? "benchmark's loop" : 'worker role';
    const cpuMs = (of(name, 'cpuPerImage') * 1000).toFixed(1);
    console.log(
      `  ${label.padEnd(18)}${of(name, 'perSecond').toFixed(1).padStart(7)}/s  ${cpuMs.padStart(6)} ms CPU/image`,
    );
  }
  console.log(`  ratio of images per second of the core   ${wall.toFixed(3)}`);
  console.log(
    `  ratio by all CPU of the role             ${cpu.toFixed(3)}  goal ${goal}: ${cpu >= goal ? 'met' : 'missed'}`,
  );
  if (cpu < goal) process.exitCode = 3;
}

const [, , mode, folder, address] = process.argv;
if (mode === 'worker') await serveWorker(folder, address);
else await main();
