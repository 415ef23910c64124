// The speed of the reliability models against the goals of the design, and what `plan availability` adds to
// `plan fleet`: times and ratios of one run.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printRows, startRows } from './starts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'bin', 'run.cjs');
const rounds = Number(process.env.HEADROOM_SELF_ROUNDS ?? 21);

function models() {
  const program = join(root, 'dist', 'bench', 'reliability-main.cjs');
  const { status, stderr, stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the models ended with ${status}: ${stderr}`);
  const rows = JSON.parse(stdout);
  const [reference] = rows;
  return rows.map((row) => ({ ...row, ratio: row.value / reference.value }));
}

function commands() {
  const example = ['--example', '--measurement', 'cited'];
  const programs = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'plan fleet', args: [bin, 'plan', 'fleet', ...example] },
    { name: 'plan availability', args: [bin, 'plan', 'availability', ...example] },
  ];
  return startRows(programs, rounds, { adds: 'what plan availability adds', goal: 100 });
}

printRows([...models(), ...commands()]);
