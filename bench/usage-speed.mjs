// Records a second that one aggregator takes, rolls up and ships on one core, all of it: HTTP, checks, fsync, roll-up
// and Parquet. The aggregator is pinned to one core with all its threads; who posts is on another one.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Pool } from 'undici';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const goal = 50_000;
const batch = 500;
const posts = Number(process.env.HEADROOM_USAGE_POSTS ?? 2000);
const lanes = 8;
const singles = 5000;

const folder = mkdtempSync(join(tmpdir(), 'headroom-usage-speed-'));
const config = {
  schema: 'headroom/service-config/v1',
  logLevel: 'info',
  usage: {
    listen: { host: '127.0.0.1', port: 0 },
    folder: join(folder, 'log'),
    bufferBytes: 10e9,
    fsyncInterval: 0.1,
    batchInterval: 0.5,
    batchRecords: 33_334,
    rollupWindow: 60,
    retry: { first: 1, most: 60 },
    store: {
      url: 'embedded',
      folder: join(folder, 'store'),
      replicas: 1,
      writeQuorum: 1,
      readQuorum: 1,
      retention: 7_776_000,
      timeout: 2,
    },
    coldStore: { url: pathToFileURL(join(folder, 'cold')).href, bucket: 'records', retention: 3600 },
  },
};
writeFileSync(join(folder, 'config.json'), JSON.stringify(config));

/** Runs on the core, where the machine lets us choose. */
function pinned(core) {
  return availableParallelism() > 1 ? ['taskset', '-c', String(core)] : [];
}

function lines(from, count) {
  const at = Date.now();
  let text = '';
  for (let id = from; id < from + count; id++) {
    text += `${JSON.stringify({
      requestId: `a1-${String(id).padStart(24, '0')}`,
      customer: `customer-${(id * 7919) % 1000}`,
      finishedAt: at,
      deadlineAt: at + 500,
      bytesIn: 200_000 + (id % 1000),
      bytesOut: 30_000 + (id % 100),
      pixels: 12_000_000,
      cpuMicroseconds: 20_000 + (id % 5000),
      outcome: 'served',
      worker: `worker-${id % 40}`,
    })}\n`;
  }
  return text;
}

async function post(pool, body) {
  const headers = { 'content-type': 'application/x-ndjson' };
  const answer = await pool.request({ method: 'POST', path: '/v1/records', headers, body });
  await answer.body.dump();
  if (answer.statusCode !== 204) throw new Error(`answered ${answer.statusCode}`);
}

/** Total of a metric in Prometheus' text. */
async function read(url, pattern) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(pattern.exec(text)?.[1] ?? 0);
}

/** User and system time of a process, in seconds. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function inLanes(count, work) {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

const main = join(root, 'dist', 'service', 'main.cjs');
const [command, ...args] = [
  ...pinned(0),
  process.execPath,
  main,
  'usage',
  '--config',
  join(folder, 'config.json'),
];
if (availableParallelism() > 1) execFileSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)]);
const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });

async function address() {
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('the aggregator did not start; run npm run build');
}

try {
  const url = await address();
  const pool = new Pool(url, { connections: lanes });
  const bodies = Array.from({ length: 40 }, (_, at) => lines(at * batch, batch));
  await inLanes(20, (at) => post(pool, bodies[at % bodies.length]));

  const before = cpuSeconds(child.pid);
  const begin = performance.now();
  await inLanes(posts, (at) => post(pool, bodies[at % bodies.length]));
  const taken = (performance.now() - begin) / 1000;
  const all = posts * batch;
  const total = all + 20 * batch;
  for (const stage of ['shipped', 'rolled_up']) {
    const pattern = new RegExp(`headroom_usage_records_total\\{stage="${stage}"\\} (\\d+)`);
    while ((await read(url, pattern)) < total) await new Promise((done) => setTimeout(done, 20));
  }
  const shipped = (performance.now() - begin) / 1000;
  const cpu = cpuSeconds(child.pid) - before;

  const one = lines(0, 1);
  const beginSingles = performance.now();
  await inLanes(singles, () => post(pool, one));
  const single = singles / ((performance.now() - beginSingles) / 1000);
  await pool.close();

  const perCore = all / cpu;
  const rows = [
    ['records acknowledged, batches of 500', all / taken],
    ['records acknowledged, rolled up and shipped', all / shipped],
    ['records for a second of CPU time, all of it', perCore],
    ['records acknowledged, one a request', single],
  ];
  for (const [name, value] of rows)
    console.log(`${name.padEnd(46)} ${Math.round(value).toString().padStart(9)} /s`);
  // CPU time tells what a core does when nobody else takes part of it.
  console.log(`goal ${goal} /s for one core: ${perCore >= goal ? 'met' : 'missed'}`);
  if (perCore < goal) process.exitCode = 3;
} finally {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
