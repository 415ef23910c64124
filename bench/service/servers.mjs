// The two servers that are compared, each in a process of its own, serving the same photographs.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Photographs of 1600 × 1200 pixels and 256 KB, as the benchmark makes them. */
export async function photographs(folder, count) {
  const bundle = await rolldown({
    input: join(root, 'bench', 'corpus-synthetic.ts'),
    platform: 'node',
    external: ['sharp'],
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'cjs', codeSplitting: false });
  await bundle.close();
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  new Function('module', 'exports', 'require', output[0].code)(module, module.exports, require);
  const classes = [{ name: 'photograph', width: 1600, height: 1200, bytes: 256_000, share: 1 }];
  const images = [];
  for await (const { data } of module.exports.generateImages({
    seed: 1,
    classes,
    images: count,
    progressive: 0,
  })) {
    writeFileSync(join(folder, `${images.length}.jpg`), data);
    images.push(data);
  }
  return images;
}

/** Starts a program and waits for a pattern on its stdout; `stop` ends it. */
async function start(args, cwd, pattern) {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const match = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}`)));
    child.stdout.on('data', (data) => {
      text += data;
      const found = pattern.exec(text);
      if (found) resolve(found);
    });
  });
  child.removeAllListeners('exit');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { match, stop, pid: child.pid };
}

export async function startIpx(folder) {
  const { match, stop, pid } = await start(
    [join(root, 'bench', 'service', 'ipx-server.mjs'), folder],
    folder,
    /(http:\S+)\n/,
  );
  const origin = match[1];
  const requestOf = (width) => (index, images) => ({
    method: 'GET',
    path: `/w_${width},q_80,f_jpeg/${index % images.length}.jpg`,
  });
  return { name: 'ipx', origin, stop, pid, requestOf };
}

/** `headroom serve all` as everybody starts it, with a quota that does not end the measurement. */
export async function startService(folder) {
  const headroom = join(root, 'bin', 'run.cjs');
  const pattern =
    /Bearer (\S+)' --data-binary @photo.jpg '(http:\/\/[^/]+)[\s\S]*admin\s+(http:\S+),[\s\S]*metrics\s+(http:\S+) \(api\)\s+(http:\S+) \(worker\)/;
  const { match, stop, pid } = await start(
    [headroom, 'serve', 'all', '--port', '0', '--data', folder],
    folder,
    pattern,
  );
  const [, key, origin, admin, apiMetrics, workerMetrics] = match;
  await raiseQuota(admin, readFileSync(join(folder, 'admin-key'), 'utf8').trim());
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' };
  const requestOf = (width) => (index, images) => ({
    method: 'POST',
    path: `/v1/resize?width=${width}&quality=80`,
    headers,
    body: images[index % images.length],
  });
  return { name: 'headroom', origin, stop, pid, requestOf, apiMetrics, workerMetrics };
}

async function raiseQuota(admin, adminKey) {
  const answer = await fetch(`${admin}/v1/plans/default`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Default', quota: { requestsPerMonth: 1e9, requestsPerSecond: 1e6 } }),
  });
  if (!answer.ok) throw new Error(`the quota was not raised: ${answer.status} ${await answer.text()}`);
  // The data plane has it after its lag of two seconds; who asks before keeps the old one for the cache's minute.
  await new Promise((resolve) => setTimeout(resolve, 3000));
}

/** A metric's value, summed over its labels. */
export async function metric(address, name) {
  const text = await (await fetch(address)).text();
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(name) && /^[ {]/.test(line.slice(name.length)));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** CPU seconds of a process and those below it until now, all threads; Linux. */
export function cpuSeconds({ pid }) {
  const processes = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? statOf(name) : []));
  const below = (id) => processes.flatMap((each) => (each.parent === id ? [each, ...below(each.id)] : []));
  const mine = [...processes.filter(({ id }) => id === pid), ...below(pid)];
  return mine.reduce((sum, { ticks }) => sum + ticks, 0) / 100;
}

function statOf(name) {
  try {
    const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ');
    return [{ id: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }];
  } catch {
    // It ended while we looked.
    return [];
  }
}
