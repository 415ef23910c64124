import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSpec } from '../../src/spec/read.ts';
import { emittedTree, repository } from '../emit/checks/tree.ts';
import { changing } from '../emit/dependence.ts';
import { bin, emptyFolder, headroom, neutral } from './headroom.ts';

const kubernetes = ['emit', '--target', 'kubernetes', '--example'];
const cold = 'cold-storage/lifecycle.json';

describe('headroom emit', { timeout: 180_000 }, () => {
  let cwd: string;
  const out = () => join(cwd, 'deploy/kubernetes');
  const file = (path: string) => readFileSync(join(out(), path), 'utf8');

  beforeAll(async () => {
    cwd = emptyFolder();
    const first = await headroom(kubernetes, { cwd });
    expect(first.stderr + first.stdout).not.toContain('Error');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/wrote \d+ files in deploy\/kubernetes/);
    expect(first.stdout).toContain('checked: ');
    expect(first.stdout).toContain('not checked: ');
  }, 60_000);

  it('writes nothing again when nothing changed, and --check says so', async () => {
    const before = statSync(join(out(), 'headroom.lock.json')).mtimeMs;
    const again = await headroom(kubernetes, { cwd });
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('deploy/kubernetes is what the plan says.');
    expect(statSync(join(out(), 'headroom.lock.json')).mtimeMs).toBe(before);
    expect((await headroom([...kubernetes, '--check'], { cwd })).code).toBe(0);
  });

  it('shows with --diff what another plan would change, writes nothing, and --check exits with 4', async () => {
    const other = [...kubernetes, '--set', 'coldStorage.retention=10 y'];
    const before = file(cold);
    const { code, stdout } = await headroom([...other, '--diff'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain(`+++ b/${cold}`);
    expect(stdout).toMatch(/^-.*"Days": 2557/m);
    expect(stdout).toMatch(/^\+.*"Days": 3653/m);
    const dry = await headroom([...other, '--dry-run'], { cwd });
    expect(dry.stdout).toContain('would write');
    expect((await headroom([...other, '--check'], { cwd })).code).toBe(4);
    expect(file(cold)).toBe(before);
  });

  it('shows with --diff for twice the peak the files that say what follows from it, and why they change', async () => {
    const folder = emptyFolder();
    const emitting = ['emit', '--target', 'kubernetes', '--measurement', 'cited'];
    const spec = readFileSync(join(repository, 'examples/image-resize/headroom.yaml'), 'utf8');
    const twice = spec.replace('peak: 10k req/s', 'peak: 20k req/s');
    writeFileSync(join(folder, 'headroom.yaml'), spec);
    expect((await headroom(emitting, { cwd: folder })).code).toBe(0);
    const before = contents(join(folder, 'deploy'));
    writeFileSync(join(folder, 'headroom.yaml'), twice);
    const { code, stdout } = await headroom([...emitting, '--diff'], { cwd: folder });
    expect(code).toBe(0);
    // What the files note of the plan, asked of the other plan.
    const [now, then] = [spec, twice].map((text) =>
      emittedTree('kubernetes', readSpec(text, 'headroom.yaml')),
    );
    if (now === undefined || then === undefined) throw new Error('unreachable');
    const predicted = now.files.filter((file) => changing(file, then.input).length > 0);
    expect([...stdout.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, path]) => path)).toEqual(
      predicted.map(({ path }) => path),
    );
    expect(predicted.length).toBeGreaterThan(10);
    expect(predicted.length).toBeLessThan(now.files.length);
    expect(stdout).toMatch(/^-# 40 machines: headroom .* binds$/m);
    expect(stdout).toMatch(/^\+# 79 machines: headroom .* binds$/m);
    expect(contents(join(folder, 'deploy'))).toEqual(before);
  });

  it('notices an edited file: writes nothing, or the others, or takes its own', async () => {
    const ours = file(cold);
    writeFileSync(join(out(), cold), '{"mine": true}\n');
    const refused = await headroom(kubernetes, { cwd });
    expect(refused.code).toBe(4);
    expect(refused.stdout).toContain('edited by hand');
    expect(refused.stdout).toContain(cold);
    expect((await headroom([...kubernetes, '--check'], { cwd })).code).toBe(4);
    const accepted = await headroom([...kubernetes, '--check', '--keep-edited'], { cwd });
    expect([accepted.code, accepted.stderr]).toEqual([
      0,
      expect.stringContaining(`kept as it was edited: ${cold}`),
    ]);
    expect(accepted.stdout).toContain('is what the plan says, beside what was edited.');
    const kept = await headroom([...kubernetes, '--keep-edited'], { cwd });
    expect(kept.code).toBe(0);
    const other = [...kubernetes, '--set', 'workload.peak=12k req/s', '--check', '--keep-edited'];
    expect((await headroom(other, { cwd })).code).toBe(4);
    expect(file(cold)).toContain('mine');
    const unknown = await headroom([...kubernetes, '--force', 'no/such.file'], { cwd });
    expect(unknown.code).toBe(2);
    const taken = await headroom([...kubernetes, '--force', cold], { cwd });
    expect(taken.code).toBe(0);
    expect(file(cold)).toBe(ours);
    const needless = await headroom([...kubernetes, '--force', cold], { cwd });
    expect([needless.code, needless.stderr]).toEqual([0, expect.stringContaining('it was not edited')]);
  });

  /** As a run of an earlier version would have written it. */
  async function writeOld() {
    const lock = JSON.parse(file('headroom.lock.json')) as { files: Record<string, string> };
    const text = 'old\n';
    writeFileSync(join(out(), 'old.yaml'), text);
    const { createHash } = await import('node:crypto');
    lock.files['old.yaml'] = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(out(), 'headroom.lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  }

  it('removes what is no longer made only with --prune', async () => {
    await writeOld();
    const plain = await headroom(kubernetes, { cwd });
    expect(plain.stdout).toContain('old.yaml  no longer made');
    expect(existsSync(join(out(), 'old.yaml'))).toBe(true);
    expect((await headroom([...kubernetes, '--prune'], { cwd })).code).toBe(0);
    expect(existsSync(join(out(), 'old.yaml'))).toBe(false);
  });

  it('settles an edited file that is no longer made: with --prune --force, or as one\u2019s own', async () => {
    const old = join(out(), 'old.yaml');
    await writeOld();
    writeFileSync(old, 'mine\n');
    const pruned = await headroom([...kubernetes, '--prune'], { cwd });
    expect(pruned.stderr.replaceAll(/\s+/g, ' ')).toContain(
      'old.yaml stays; --prune --force old.yaml removes it',
    );
    const forced = await headroom([...kubernetes, '--force', 'old.yaml'], { cwd });
    expect([forced.code, forced.stderr]).toEqual([2, expect.stringContaining('add --prune to remove it')]);
    expect((await headroom([...kubernetes, '--check'], { cwd })).code).toBe(4);
    expect((await headroom([...kubernetes, '--force', 'old.yaml', '--prune'], { cwd })).code).toBe(0);
    expect(existsSync(old)).toBe(false);
    await writeOld();
    writeFileSync(old, 'mine\n');
    expect((await headroom([...kubernetes, '--keep-edited'], { cwd })).code).toBe(0);
    expect(readFileSync(old, 'utf8')).toBe('mine\n');
    expect((await headroom([...kubernetes, '--check'], { cwd })).code).toBe(0);
  });

  it('names every file, check and conflict with --json', async () => {
    const { stdout } = await headroom([...kubernetes, '--dry-run', '--json'], { cwd });
    const result = JSON.parse(stdout) as {
      schema: string;
      changes: { kind: string }[];
      checks: { faults: unknown[] }[];
    };
    expect(result.schema).toBe('headroom/emission/v1');
    expect(result.changes.every(({ kind }) => kind === 'unchanged')).toBe(true);
    expect(result.checks.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('refuses an unknown target and says which was meant', async () => {
    const { code, stderr } = await headroom(['emit', '--target', 'kubernets', '--example']);
    expect(code).toBe(2);
    expect(stderr).toContain('kubernetes');
  });

  it('refuses a folder with files of others, and one of another target', async () => {
    const foreign = emptyFolder();
    mkdirSync(join(foreign, 'out'));
    writeFileSync(join(foreign, 'out/mine.txt'), 'mine');
    const refused = await headroom([...kubernetes, '--out', 'out'], { cwd: foreign });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('was not emitted by headroom');
    expect(readdirSync(join(foreign, 'out'))).toEqual(['mine.txt']);
    const other = await headroom(['emit', '--target', 'local', '--example', '--out', 'deploy/kubernetes'], {
      cwd,
    });
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('emitted for kubernetes');
  });

  it('refuses a place where it cannot write', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await headroom([...kubernetes, '--out', 'file/below'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('cannot write below file/below');
    const checked = await headroom([...kubernetes, '--out', 'file', '--check'], { cwd: folder });
    expect([checked.code, checked.stderr]).toEqual([2, expect.stringContaining('cannot read file (ENOTDIR')]);
  });

  it('refuses a folder in which it may not write, and leaves it as it was', async () => {
    const folder = emptyFolder();
    cpSync(out(), join(folder, 'emitted'), { recursive: true });
    const before = contents(folder);
    // Others may look into all of it, and write into all but one folder of it.
    spawnSync('chmod', ['-R', 'a+rwX', folder]);
    chmodSync(join(folder, 'emitted/cold-storage'), 0o555);
    mkdirSync(join(folder, 'closed'));
    chmodSync(join(folder, 'closed'), 0o555);
    const other = [...kubernetes, '--set', 'coldStorage.retention=10 y'];
    for (const place of ['emitted', 'closed/new']) {
      const { code, stderr } = await asNobody([...other, '--out', place], folder);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`cannot write below ${place} (EACCES`)]);
    }
    expect(contents(folder)).toEqual(before);
    chmodSync(join(folder, 'emitted/cold-storage'), 0o777);
    chmodSync(join(folder, 'emitted/README.md'), 0);
    const unread = await asNobody([...other, '--out', 'emitted'], folder);
    expect([unread.code, unread.stderr]).toEqual([2, expect.stringContaining('cannot read emitted (EACCES')]);
    chmodSync(join(folder, 'emitted/README.md'), 0o666);
    expect((await asNobody([...other, '--out', 'emitted'], folder)).code).toBe(0);
  });

  it('refuses a machine that is too small for the service', async () => {
    const folder = emptyFolder();
    const local = ['emit', '--example', '--target', 'local', '--cores', '1', '--memory', '2'];
    const { code, stderr } = await headroom(local, { cwd: folder });
    expect([code, existsSync(join(folder, 'deploy'))]).toEqual([2, false]);
    expect(stderr).toContain('a machine of 1 core and 2 GiB, 1 for workers is too small');
    expect(stderr).toContain('--memory');
  });

  it('shows where a template of one\u2019s own is broken', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'mine/kubernetes/base'), { recursive: true });
    writeFileSync(
      join(folder, 'mine/kubernetes/base/namespace.yaml'),
      'apiVersion: v1\nkind: !plan worker.nothing as count\n',
    );
    const { code, stderr } = await headroom([...kubernetes, '--templates', 'mine'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('mine/kubernetes/base/namespace.yaml:2:13');
    expect(stderr).toContain('the plan has no "worker.nothing"');
    expect(existsSync(join(folder, 'deploy'))).toBe(false);
  });

  it('takes the folder templates beside headroom.yaml, says so, and names what replaces nothing', async () => {
    const folder = emptyFolder();
    cpSync(join(repository, 'examples/image-resize/headroom.yaml'), join(folder, 'headroom.yaml'));
    const emitted = () => readFileSync(join(folder, 'deploy/local/topology.mmd'), 'utf8');
    const local = ['emit', '--target', 'local', '--cores', '4', '--memory', '8'];
    mkdirSync(join(folder, 'templates/pages'), { recursive: true });
    writeFileSync(join(folder, 'templates/pages/local.html'), '<%= broken %>');
    const unrelated = await headroom(local, { cwd: folder });
    expect([unrelated.code, unrelated.stderr]).toEqual([0, expect.not.stringContaining('templates')]);
    expect(emitted()).toContain('flowchart');
    const mine = join(folder, 'templates/local');
    mkdirSync(join(mine, 'config'), { recursive: true });
    writeFileSync(join(mine, 'README.md.eta'), "Mine: <%= it.value('service.title') %>\n");
    writeFileSync(join(mine, 'config/_quueue.yaml'), 'a: 1\n');
    mkdirSync(join(folder, 'below'));
    const { code, stderr } = await headroom([...local, '--out', '../deploy/local'], {
      cwd: join(folder, 'below'),
    });
    const said = stderr.replaceAll(/\s+/g, ' ');
    expect(code, stderr).toBe(0);
    expect(said).toContain('templates: 1 of ../templates/local in place of those of headroom');
    expect(said).toContain(
      '../templates/local/config/_quueue.yaml replaces no template of headroom, and is added; did you mean config/_queue.yaml?',
    );
    expect(readFileSync(join(folder, 'deploy/local/README.md'), 'utf8')).toContain('Mine: ');
    mkdirSync(join(folder, 'other/local'), { recursive: true });
    const elsewhere = await headroom([...local, '--templates', 'other', '--check'], { cwd: folder });
    expect([elsewhere.code, elsewhere.stderr]).toEqual([4, expect.stringContaining('0 of other/local')]);
  });

  it('shows what is wrong in what a template of one\u2019s own gives', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'mine/kubernetes/base'), { recursive: true });
    const text = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: !plan service.name\nspecs: {}\n';
    writeFileSync(join(folder, 'mine/kubernetes/base/namespace.yaml'), text);
    const { code, stderr } = await headroom([...kubernetes, '--templates', 'mine'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/base\/namespace\.yaml:\d+/);
    expect(stderr).toContain('did you mean "spec"?');
    expect(existsSync(join(folder, 'deploy'))).toBe(false);
  });

  it('emits a plan that misses its objectives only when told to, and marks every header', async () => {
    const folder = emptyFolder();
    const missed = [...kubernetes, '--set', 'objectives.latency.below=50 ms'];
    const refused = await headroom(missed, { cwd: folder });
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain('Nothing written: the plan misses its objectives.');
    expect(existsSync(join(folder, 'deploy'))).toBe(false);
    const forced = await headroom([...missed, '--force', 'objectives'], { cwd: folder });
    expect(forced.stderr).not.toContain('bad-template');
    expect(forced.code).toBe(0);
    const emitted = Object.entries(contents(join(folder, 'deploy/kubernetes')));
    // JSON has no comments.
    const commented = emitted.filter(([path]) => !path.endsWith('.json'));
    expect(commented.length).toBeGreaterThan(40);
    const unmarked = commented.filter(([, text]) => !/^.*OBJECTIVES MISSED: /m.test(head(text)));
    expect(unmarked.map(([path]) => path)).toEqual([]);
  });

  it('leaves the old tree or the new one when it is killed, whenever that is', {
    timeout: 240_000,
  }, async () => {
    const folder = emptyFolder();
    for (const after of [150, 300, 450, 600, 900]) {
      await killed(folder, after);
      const { code } = await headroom(kubernetes, { cwd: folder });
      expect(code).toBe(0);
      expect((await headroom([...kubernetes, '--check'], { cwd: folder })).code).toBe(0);
      expect(
        readdirSync(join(folder, 'deploy/kubernetes')).filter((name) => name.startsWith('.headroom')),
      ).toEqual([]);
    }
  });
});

describe('headroom emit that was killed while it wrote', { timeout: 240_000 }, () => {
  const local = ['emit', '--target', 'local', '--example', '--cores', '2', '--memory', '8'];
  const other = [...local, '--set', 'coldStorage.retention=10 y'];

  /** Kills an emission when it has moved some files to their places. */
  async function half(): Promise<string> {
    const cwd = emptyFolder();
    expect((await headroom(local, { cwd })).code).toBe(0);
    // The journal is the first that is moved.
    expect(await killedAtMove(3, other, cwd)).toBe('SIGKILL');
    return cwd;
  }

  it('is told by every run that only looks: exit code 4, and nothing is touched', async () => {
    const cwd = await half();
    const before = contents(cwd);
    for (const look of ['--check', '--dry-run', '--diff']) {
      for (const plan of [local, other]) {
        const { code, stdout } = await headroom([...plan, look], { cwd });
        expect([code, stdout.replaceAll(/\s+/g, ' ')]).toEqual([
          4,
          expect.stringContaining('An interrupted run left deploy/local half written'),
        ]);
      }
    }
    const json = await headroom([...local, '--check', '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ halfWritten: true, wrote: false });
    expect(contents(cwd)).toEqual(before);
    const again = await headroom(other, { cwd });
    expect(again.code).toBe(0);
    expect(again.stderr.replaceAll(/\s+/g, ' ')).toContain('killed while it wrote deploy/local');
    expect((await headroom([...other, '--check'], { cwd })).code).toBe(0);
  });

  it('is told so too after a first run, and before any file was moved the folder counts as empty', async () => {
    const cwd = emptyFolder();
    expect(await killedAtMove(1, local, cwd)).toBe('SIGKILL');
    const none = await headroom([...local, '--dry-run'], { cwd });
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('would write')]);
    expect(await killedAtMove(3, local, cwd)).toBe('SIGKILL');
    const { code, stdout } = await headroom([...local, '--check'], { cwd });
    expect([code, stdout]).toEqual([4, expect.stringContaining('half written')]);
  });

  it('is completed by up before it reads anything', async () => {
    const cwd = await half();
    const run = spawn(process.execPath, [bin, 'up'], {
      cwd,
      env: { ...neutral, PATH: '/nowhere', HEADROOM_BIN: '/nowhere' } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    run.stderr.on('data', (text: Buffer) => {
      said += text;
      if (said.includes('completed first')) run.kill('SIGTERM');
    });
    await new Promise((resolve) => run.on('exit', resolve));
    expect(said.replaceAll(/\s+/g, ' ')).toContain('killed while it wrote deploy/local');
    expect((await headroom([...other, '--check'], { cwd })).code).toBe(0);
  });
});

/** Runs an emission that kills itself at the n-th file that it moves; the signal by which it ended. */
async function killedAtMove(move: number, args: readonly string[], cwd: string) {
  const script = join(emptyFolder(), 'kill.mjs');
  writeFileSync(
    script,
    `import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { renameSync } = fs;
    let left = ${move};
    fs.renameSync = (from, to) => {
      if (String(from).includes('.headroom-staged') && (left -= 1) === 0) process.kill(process.pid, 'SIGKILL');
      renameSync(from, to);
    };
    syncBuiltinESMExports();\n`,
  );
  return (await headroom(args, { cwd, env: { NODE_OPTIONS: `--import ${script}` } })).signal;
}

/** The lines in which a header is. */
const head = (text: string) => text.split('\n').slice(0, 4).join('\n');

/** Runs the built program as somebody whom permissions hold for. */
async function asNobody(args: readonly string[], cwd: string) {
  if (process.getuid?.() !== 0) return headroom(args, { cwd });
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const { exitCode: code, stderr } = await execa('setpriv', [...user, process.execPath, bin, ...args], {
    ...{ cwd, env: neutral as Record<string, string>, reject: false, stdin: 'ignore' },
  });
  return { code, stderr };
}

/** Every file below a folder with what is in it. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(folder.length + 1),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

/** Starts an emission of another plan and kills it after some milliseconds. */
async function killed(cwd: string, after: number): Promise<void> {
  const child = spawn(process.execPath, [bin, ...kubernetes, '--set', 'workload.peak=12k req/s'], {
    cwd,
    env: { ...neutral, PATH: process.env['PATH'] } as NodeJS.ProcessEnv,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), after);
  await ended;
  clearTimeout(timer);
}
