import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bin, emptyFolder, headroom, neutral } from './headroom.ts';

const kubernetes = ['emit', '--target', 'kubernetes', '--example'];
const cold = 'cold-storage/lifecycle.json';

describe('headroom emit', () => {
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

  it('notices an edited file: writes nothing, or the others, or takes its own', async () => {
    const ours = file(cold);
    writeFileSync(join(out(), cold), '{"mine": true}\n');
    const refused = await headroom(kubernetes, { cwd });
    expect(refused.code).toBe(4);
    expect(refused.stdout).toContain('edited by hand');
    expect(refused.stdout).toContain(cold);
    const kept = await headroom([...kubernetes, '--keep-edited'], { cwd });
    expect(kept.code).toBe(0);
    expect(file(cold)).toContain('mine');
    const unknown = await headroom([...kubernetes, '--force', 'no/such.file'], { cwd });
    expect(unknown.code).toBe(2);
    const taken = await headroom([...kubernetes, '--force', cold], { cwd });
    expect(taken.code).toBe(0);
    expect(file(cold)).toBe(ours);
  });

  it('removes what is no longer made only with --prune', async () => {
    const lock = JSON.parse(file('headroom.lock.json')) as { files: Record<string, string> };
    const text = 'old\n';
    writeFileSync(join(out(), 'old.yaml'), text);
    const { createHash } = await import('node:crypto');
    lock.files['old.yaml'] = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(out(), 'headroom.lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
    const plain = await headroom(kubernetes, { cwd });
    expect(plain.stdout).toContain('old.yaml  no longer made');
    expect(existsSync(join(out(), 'old.yaml'))).toBe(true);
    expect((await headroom([...kubernetes, '--prune'], { cwd })).code).toBe(0);
    expect(existsSync(join(out(), 'old.yaml'))).toBe(false);
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
    if (process.getuid?.() === 0) return;
    chmodSync(folder, 0o500);
    expect((await headroom(kubernetes, { cwd: folder })).code).toBe(2);
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
    expect(readFileSync(join(folder, 'deploy/kubernetes/base/namespace.yaml'), 'utf8')).toContain(
      'OBJECTIVES MISSED',
    );
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
