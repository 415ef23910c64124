// Starts of programs, compared in one run on a machine that may be busy.
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const hook = join(dirname(fileURLToPath(import.meta.url)), 'own-time.cjs');

/**
 * Milliseconds of the main thread of each program, as rows, and what the last one adds to the one before it.
 *
 * Programs take turns, and of each the fastest round counts: time on a core, not on the clock, at the moment when others
 * disturbed least. On a quiet machine that is the time on the clock. The first program is what ratios refer to. A
 * program may have a goal of its own, and something to do before each of its runs.
 */
export function startRows(programs, rounds, { adds, goal }) {
  const times = programs.map(() => []);
  // The first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    programs.forEach(({ args, before }, i) => {
      before?.();
      const taken = run(args);
      if (round > 0) times[i].push(taken);
    });
  }
  const fastest = times.map((each) => Math.min(...each));
  const [base] = fastest;
  const added = fastest.at(-1) - fastest.at(-2);
  return [
    ...programs.map(({ name, goal: own }, i) => ({
      ...{ name, value: fastest[i], ratio: fastest[i] / base },
      ...(own === undefined ? {} : { goal: own }),
    })),
    { name: adds, goal, value: added, ratio: added / base },
  ];
}

function run(args) {
  const stdio = ['ignore', 'ignore', 'pipe', 'pipe'];
  const { status, output } = spawnSync(process.execPath, ['--require', hook, ...args], {
    encoding: 'utf8',
    stdio,
  });
  const [, , stderr, own] = output ?? [];
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return Number(own);
}

/** Prints rows below each other; exit code 3 where a goal is missed. */
export function printRows(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, goal, value, ratio } of rows) {
    const verdict = goal === undefined ? '' : `goal ${goal} ms: ${value <= goal ? 'met' : 'missed'}`;
    console.log(
      `${name.padEnd(width)}  ${value.toFixed(1).padStart(9)} ms  ${ratio.toFixed(2).padStart(8)}  ${verdict}`.trimEnd(),
    );
  }
  console.log(`Load of the machine in the last minute: ${loadavg()[0].toFixed(1)}.`);
  if (rows.some(({ goal, value }) => goal !== undefined && value > goal)) process.exitCode = 3;
}
