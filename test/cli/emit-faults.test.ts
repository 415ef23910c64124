import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { structureOf } from '../emit/hostile-names.ts';
import { emptyFolder, headroom } from './headroom.ts';

const shipped = fileURLToPath(new URL('../../templates', import.meta.url));

interface Mistake {
  /** The template that has it, the text in it, and what stands there instead. */
  readonly template: string;
  readonly from: string;
  readonly to: string;
  /** The emitted file that is named, what is said, and how to mend it. */
  readonly file: string;
  readonly says: string;
  readonly mends: string;
}

const mistakes: Readonly<Record<'kubernetes' | 'compose' | 'local', Mistake>> = {
  kubernetes: {
    template: 'base/load-balancer/workload.yaml',
    from: 'secretName: load-balancer-tls',
    to: 'secretName: forgotten',
    file: 'base/load-balancer/workload.yaml',
    says: 'uses Secret forgotten, which is not in the tree',
    mends: 'add it, or name it in the table of secrets in README.md',
  },
  compose: {
    template: 'haproxy/haproxy.cfg.eta',
    from: 'api-{{api}}:8080',
    to: 'api-{{api}}:8090',
    file: 'haproxy/haproxy.cfg',
    says: 'api-1:8090 is named here, but service api-1 listens on 8080, 8081',
    mends: 'give a host and a port on which a part of compose.yaml listens',
  },
  local: {
    template: 'processes.yaml',
    from: 'needs: [coldStorage]',
    to: 'needs: [coldStorge]',
    file: 'processes.yaml',
    says: 'waits for coldStorge, which is not in the file; did you mean coldStorage?',
    mends: 'name one that is there, or do not wait for it',
  },
};

/** Every file below a folder with what is in it. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

describe.each(Object.entries(mistakes))('a mistake in a template for %s', (target, mistake) => {
  const { template, from, to, file, says, mends } = mistake;
  const emit = ['emit', '--target', target, '--example', '--cores', '4', '--memory', '16'];
  const own = [...emit, '--templates', 'mine'];
  let cwd: string;

  beforeAll(() => {
    cwd = emptyFolder();
    const path = join(cwd, 'mine', target, template);
    const text = readFileSync(join(shipped, target, template), 'utf8');
    expect(text).toContain(from);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replaceAll(from, to));
  });

  const expectRefusal = ({
    code,
    stderr,
  }: {
    readonly code: number | undefined;
    readonly stderr: string;
  }) => {
    const said = stderr.replaceAll(/\s+/g, ' ');
    expect(code).toBe(2);
    expect(said).toMatch(new RegExp(`${file.replaceAll('.', String.raw`\.`)}:\\d+`));
    expect(said).toContain(says);
    expect(said).toContain(mends);
  };

  it('is named with file, line and what to do; exit code 2, nothing is written', async () => {
    expectRefusal(await headroom(own, { cwd }));
    expect(existsSync(join(cwd, 'deploy'))).toBe(false);
  });

  it('leaves the tree that was there before as it was', { timeout: 180_000 }, async () => {
    expect((await headroom(emit, { cwd })).code).toBe(0);
    const before = contents(join(cwd, 'deploy', target));
    for (const more of [[], ['--check'], ['--prune', '--keep-edited']]) {
      expectRefusal(await headroom([...own, ...more], { cwd }));
    }
    expect(contents(join(cwd, 'deploy', target))).toEqual(before);
  });

  it('does not hide a file that was edited by hand: exit code 4, and it is named', async () => {
    const edited = emptyFolder();
    cpSync(join(cwd, 'deploy'), join(edited, 'deploy'), { recursive: true });
    const path = join(edited, 'deploy', target, file);
    writeFileSync(path, `${readFileSync(path, 'utf8')}# mine\n`);
    const before = contents(join(edited, 'deploy'));
    const { code, stdout } = await headroom(emit, { cwd: edited });
    expect(code).toBe(4);
    expect(stdout).toContain('Nothing written: a file was edited by hand.');
    expect(stdout).toContain(file);
    expect(contents(join(edited, 'deploy'))).toEqual(before);
  });
});

describe('a hostile name of a service', () => {
  const example = fileURLToPath(new URL('../../examples/image-resize/headroom.yaml', import.meta.url));
  const name = '"; rm -rf / #\n  evil: true {{service.name}} <% boom() %>';

  it.each(['kubernetes', 'compose', 'local'])(
    'changes nothing but texts for %s',
    { timeout: 120_000 },
    async (target) => {
      const spec = readFileSync(example, 'utf8');
      const hostile = spec.replace(/^name: .*$/m, `name: ${JSON.stringify(name)}`);
      expect(hostile).not.toBe(spec);
      const emitted = async (text: string) => {
        const cwd = emptyFolder();
        writeFileSync(join(cwd, 'headroom.yaml'), text);
        const run = await headroom(['emit', '--target', target, '--cores', '4', '--memory', '16'], { cwd });
        expect(run.stderr).not.toContain('\u2716');
        expect(run.code, run.stderr).toBe(0);
        const files = Object.entries(contents(join(cwd, 'deploy', target)));
        return files.map(([path, text]) => [path.slice(cwd.length), structureOf({ path, text })]);
      };
      const usual = await emitted(spec);
      expect(usual.length).toBeGreaterThan(20);
      expect(await emitted(hostile)).toEqual(usual);
    },
  );
});
