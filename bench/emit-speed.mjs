// The speed of `headroom emit` with start-up and checks against the goal of the design, beside a bare Node, the plan that
// it renders, and the peers that put the emitted tree together and check it. Times and ratios of one run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printRows, startRows } from './starts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'bin', 'run.cjs');
const rounds = Number(process.env.HEADROOM_SELF_ROUNDS ?? 21);

/** Milliseconds on the clock that the design allows for the Kubernetes tree. */
const goal = 1000;

function emitArgs(target, out) {
  return [bin, 'emit', '--target', target, '--out', out, '--example', '--measurement', 'cited'];
}

/** Of the main thread: what headroom itself computes. */
function commands(folder) {
  const anew = (target) => {
    const out = join(folder, `new-${target}`);
    const before = () => rmSync(out, { recursive: true, force: true });
    return { name: `emit --target ${target}`, args: emitArgs(target, out), before };
  };
  const again = join(folder, 'again');
  const programs = [
    { name: 'node -e 0', args: ['-e', '0'] },
    anew('compose'),
    anew('local'),
    { name: 'emit --target kubernetes, nothing changed', args: emitArgs('kubernetes', again), goal },
    { name: 'plan fleet', args: [bin, 'plan', 'fleet', '--example', '--measurement', 'cited'] },
    { ...anew('kubernetes'), goal },
  ];
  return startRows(programs, rounds, { adds: 'what emit --target kubernetes adds to plan' });
}

/** On the clock, with what other threads do: emission beside what others take to build and check the emitted tree. */
function onTheClock(folder) {
  const tree = join(folder, 'again');
  const schemas = splitSchemas(folder);
  const before = changesIn(tree);
  const built = (overlay) => clocked('kustomize', ['build', join(tree, 'overlays', overlay)]);
  const conform = (input) =>
    clocked(
      'kubeconform',
      ['-strict', '-schema-location', `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`],
      input,
    );
  const works = [
    { name: 'node -e 0, on the clock', work: () => clocked(process.execPath, ['-e', '0']) },
    {
      name: 'emit --target kubernetes, on the clock',
      goal,
      work: () => clocked(process.execPath, emitArgs('kubernetes', tree)),
    },
    {
      name: 'kustomize build and kubeconform of its overlays',
      work: () =>
        readdirSync(join(tree, 'overlays'))
          .map(built)
          .flatMap((one) => [one, one && conform(one.stdout)])
          .reduce((sum, one) => one && sum && { milliseconds: sum.milliseconds + one.milliseconds }),
    },
  ];
  const times = works.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { work }] of works.entries()) times[i].push(work()?.milliseconds);
  }
  if (changesIn(tree) !== before) throw new Error('emit wrote into a tree that had not changed');
  const rows = works.map(({ name, goal: own }, i) => ({
    ...{ name, value: Math.min(...times[i]), ratio: Math.min(...times[i]) / Math.min(...times[0]) },
    ...(own === undefined ? {} : { goal: own }),
  }));
  const known = rows.filter(({ value }) => Number.isFinite(value));
  if (known.length < rows.length)
    console.log('kustomize or kubeconform is missing; scripts/engines install brings them');
  return known;
}

/** Undefined where the program is not installed. */
function clocked(command, args, input = '') {
  const begin = process.hrtime.bigint();
  const { status, error, stderr, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    input,
    maxBuffer: 1e8,
  });
  if (error?.code === 'ENOENT') return undefined;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return { milliseconds: Number(process.hrtime.bigint() - begin) / 1e6, stdout };
}

/** The checked-in schemas with a file for each kind, as kubeconform looks for them. */
function splitSchemas(folder) {
  const out = join(folder, 'schemas');
  const from = join(root, 'schemas', 'kubernetes');
  mkdirSync(out);
  for (const name of readdirSync(from)) {
    const { kinds, definitions, ...rest } = JSON.parse(readFileSync(join(from, name), 'utf8'));
    for (const [id, schema] of Object.entries(kinds ?? {})) {
      const [, group, version, kind] = /^(?:(.*)\/)?(.*)\/(.*)$/.exec(id);
      const parts = [kind.toLowerCase(), ...(group ? [group.split('.')[0]] : []), version];
      writeFileSync(
        join(out, `${parts.join('-')}.json`),
        JSON.stringify({ ...rest, ...schema, definitions }),
      );
    }
  }
  return out;
}

/** Times at which the files of a tree were written. */
function changesIn(tree) {
  return readdirSync(tree, { recursive: true })
    .map((path) => `${path} ${statSync(join(tree, path)).mtimeMs}`)
    .join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'headroom-emit-speed-'));
try {
  printRows([...commands(folder), ...onTheClock(folder)]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
