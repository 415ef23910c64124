// The speed of headroom itself, as ratios measured in one run: starts against a bare `node -e 0`, and the
// bench's own throughput against a loop over the same images that does nothing else.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'bin', 'run.cjs');

const rounds = Number(process.env.HEADROOM_SELF_ROUNDS ?? 21);

/** Highest ratio to `node -e 0` that the design allows. */
const starts = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'headroom --version', args: [bin, '--version'], goal: 3 },
  { name: 'headroom --help', args: [bin, '--help'], goal: 3 },
  { name: 'headroom plan --help', args: [bin, 'plan', '--help'], goal: 3 },
  { name: 'headroom plan fleet --json', args: [bin, 'plan', 'fleet', '--json', '--example'], goal: 4 },
];

function run(args) {
  const begin = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Interleaved, so that a slow second of the machine hits all alike. */
function measureStarts() {
  for (const { args } of starts) run(args);
  const times = starts.map(() => []);
  for (let round = 0; round < rounds; round++) {
    starts.forEach(({ args }, index) => {
      times[index].push(run(args));
    });
  }
  return times.map(median);
}

function report(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, value, ratio, verdict } of rows) {
    console.log([name.padEnd(width), value.padStart(12), ratio.padStart(7), verdict].join('  ').trimEnd());
  }
}

function startRows() {
  const medians = measureStarts();
  const base = medians[0];
  return starts.map(({ name, goal }, index) => {
    const ratio = medians[index] / base;
    const verdict = goal === undefined ? '' : `goal ${goal}: ${ratio <= goal ? 'met' : 'missed'}`;
    return { name, value: `${medians[index].toFixed(1)} ms`, ratio: ratio.toFixed(2), verdict };
  });
}

/** The bench measures its own throughput beside a bare loop in a program of its own. */
function throughputRows() {
  const program = join(root, 'dist', 'bench', 'self-main.cjs');
  if (!existsSync(program)) return [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the throughput comparison ended with ${status}: ${stderr}`);
  const { bare, ratio } = JSON.parse(stdout);
  const verdict = `goal 0.97: ${ratio >= 0.97 ? 'met' : 'missed'}`;
  return [
    { name: 'bare sharp loop', value: `${bare.toFixed(1)} /s`, ratio: '1.00', verdict: '' },
    { name: 'headroom bench', value: `${(bare * ratio).toFixed(1)} /s`, ratio: ratio.toFixed(3), verdict },
  ];
}

const rows = [...startRows(), ...throughputRows()];
report(rows);
if (rows.some(({ verdict }) => verdict.endsWith('missed'))) process.exitCode = 3;
