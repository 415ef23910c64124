// The speed of objectives against the goals of the design: replay, rules beside what promtool takes to check them, and
// what `plan slo` adds to `plan`. Times and ratios of one run, interleaved, so that a slow second hits all alike.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'bin', 'run.cjs');
const rounds = Number(process.env.HEADROOM_SELF_ROUNDS ?? 21);
const most = 50;

function run(command, args) {
  const begin = process.hrtime.bigint();
  const { status, error, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1e8 });
  if (error?.code === 'ENOENT') return undefined;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return { milliseconds: Number(process.hrtime.bigint() - begin) / 1e6, stdout };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function inside() {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-slo-speed-'));
  try {
    const file = join(folder, 'slo.rules.yml');
    const { stdout } = run(process.execPath, [join(root, 'dist', 'bench', 'slo-main.cjs'), file]);
    const rows = JSON.parse(stdout);
    const checked = run('promtool', ['check', 'rules', file]);
    if (checked === undefined) console.log('promtool is missing; scripts/engines install brings it');
    else rows.push({ name: 'promtool check rules on those', value: checked.milliseconds });
    const [reference] = rows;
    return rows.map((row) => ({ ...row, ratio: row.value / reference.value }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pairs of starts; the difference is taken pair by pair. */
function commands() {
  const example = ['--example', '--measurement', 'cited'];
  const all = [
    ['-e', '0'],
    [bin, 'plan', ...example],
    [bin, 'plan', 'slo', ...example],
  ];
  for (const args of all) run(process.execPath, args);
  const times = Array.from({ length: rounds }, () =>
    all.map((args) => run(process.execPath, args).milliseconds),
  );
  const base = median(times.map(([node]) => node));
  const added = median(times.map(([, before, after]) => after - before));
  return [
    ...['node -e 0', 'plan', 'plan slo'].map((name, i) => {
      const value = median(times.map((each) => each[i]));
      return { name, value, ratio: value / base };
    }),
    { name: 'what plan slo adds to plan', goal: most, value: added, ratio: added / base },
  ];
}

const rows = [...inside(), ...commands()];
const width = Math.max(...rows.map(({ name }) => name.length));
for (const { name, goal, value, ratio } of rows) {
  const verdict = goal === undefined ? '' : `goal ${goal} ms: ${value <= goal ? 'met' : 'missed'}`;
  console.log(
    `${name.padEnd(width)}  ${value.toFixed(1).padStart(9)} ms  ${ratio.toFixed(2).padStart(8)}  ${verdict}`.trimEnd(),
  );
}
if (rows.some(({ goal, value }) => goal !== undefined && value > goal)) process.exitCode = 3;
