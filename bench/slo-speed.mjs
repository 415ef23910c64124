// The speed of objectives against the goals of the design: replay, rules beside what promtool takes to check them, and
// what `plan slo` adds to `plan`. Times and ratios of one run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printRows, startRows } from './starts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'bin', 'run.cjs');
const rounds = Number(process.env.HEADROOM_SELF_ROUNDS ?? 21);

function run(command, args) {
  const begin = process.hrtime.bigint();
  const { status, error, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1e8 });
  if (error?.code === 'ENOENT') return undefined;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return { milliseconds: Number(process.hrtime.bigint() - begin) / 1e6, stdout };
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

function commands() {
  const example = ['--example', '--measurement', 'cited'];
  const programs = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'plan', args: [bin, 'plan', ...example] },
    { name: 'plan slo', args: [bin, 'plan', 'slo', ...example] },
  ];
  return startRows(programs, rounds, { adds: 'what plan slo adds to plan', goal: 50 });
}

printRows([...inside(), ...commands()]);
