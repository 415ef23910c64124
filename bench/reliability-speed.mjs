// The speed of the reliability models against the goals of the design, and what `plan availability` adds to
// `plan fleet`: times and ratios of one run, interleaved, so that a slow second of the machine hits all alike.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'bin', 'run.cjs');
const rounds = Number(process.env.HEADROOM_SELF_ROUNDS ?? 21);
const most = 100;

function run(args) {
  const begin = process.hrtime.bigint();
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return { milliseconds: Number(process.hrtime.bigint() - begin) / 1e6, stdout };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function models() {
  const rows = JSON.parse(run([join(root, 'dist', 'bench', 'reliability-main.cjs')]).stdout);
  const [reference] = rows;
  return rows.map(({ name, goal, value }) => ({ name, goal, value, ratio: value / reference.value }));
}

/** Pairs of starts; the difference is taken pair by pair. */
function commands() {
  const fleet = [bin, 'plan', 'fleet', '--example', '--measurement', 'cited'];
  const availability = [bin, 'plan', 'availability', '--example', '--measurement', 'cited'];
  const bare = ['-e', '0'];
  for (const args of [bare, fleet, availability]) run(args);
  const times = Array.from({ length: rounds }, () =>
    [bare, fleet, availability].map((args) => run(args).milliseconds),
  );
  const base = median(times.map(([node]) => node));
  const added = median(times.map(([, before, after]) => after - before));
  return [
    ...['node -e 0', 'plan fleet', 'plan availability'].map((name, i) => {
      const value = median(times.map((each) => each[i]));
      return { name, value, ratio: value / base };
    }),
    { name: 'what plan availability adds', goal: most, value: added, ratio: added / base },
  ];
}

const rows = [...models(), ...commands()];
const width = Math.max(...rows.map(({ name }) => name.length));
for (const { name, goal, value, ratio } of rows) {
  const verdict = goal === undefined ? '' : `goal ${goal} ms: ${value <= goal ? 'met' : 'missed'}`;
  console.log(
    `${name.padEnd(width)}  ${value.toFixed(1).padStart(9)} ms  ${ratio.toFixed(2).padStart(8)}  ${verdict}`.trimEnd(),
  );
}
if (rows.some(({ goal, value }) => goal !== undefined && value > goal)) process.exitCode = 3;
