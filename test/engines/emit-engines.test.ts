import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { engineChecksWithin } from '../../src/emit/checks/engines.ts';
import type { CheckResult } from '../../src/emit/checks.ts';
import { targets } from '../../src/emit/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import { edited, emittedTree, repository, type Tree } from '../emit/checks/tree.ts';
import { hostile } from '../emit/hostile-names.ts';
import { hasEngine } from './engine.ts';

const slow = { timeout: 300_000 };
const longest = 240_000;
const trees = Object.fromEntries(targets.map((target) => [target, emittedTree(target)])) as Record<
  (typeof targets)[number],
  Tree
>;

/** What the engines say about a tree, those whose check begins with a word. */
async function asked({ input, files }: Tree, word: string, limit = longest): Promise<CheckResult[]> {
  const full = { ...input, schemas: `${repository}schemas`, engines: true };
  const results = await Promise.all(engineChecksWithin(limit).map((check) => check(files, full)));
  return results.filter(({ check }) => check.startsWith(word));
}

/** The tests of rules take promtool long, and are the same for all targets. */
const withoutTests = (tree: Tree): Tree => ({
  ...tree,
  files: tree.files.filter(({ path }) => !/[._]test\.ya?ml$/.test(path)),
});

/** Where the checks make their folders, so that nobody else's are seen. */
const temporary = mkdtempSync(join(tmpdir(), 'headroom-engines-'));
const usual = process.env['TMPDIR'];
beforeAll(() => {
  process.env['TMPDIR'] = temporary;
});
afterAll(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  rmSync(temporary, { recursive: true, force: true });
});

function leftovers(): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('headroom-check-'));
}

describe.skipIf(!['haproxy', 'nats-server', 'promtool', 'amtool'].every(hasEngine))('engines', slow, () => {
  it.each(targets)('take every config of %s', async (target) => {
    const results = await asked(withoutTests(trees[target]), '');
    expect(results.flatMap(({ faults }) => faults)).toEqual([]);
    const read = results.filter(({ files, skipped }) => files > 0 && skipped === undefined);
    expect(read.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['haproxy -c', 'nats-server -t', 'promtool check rules', 'amtool check-config']),
    );
  });

  it.each(targets)(
    'take every config of %s whatever the service is called',
    { timeout: 900_000 },
    async (target) => {
      for (const name of hostile) {
        const tree = withoutTests(emittedTree(target, { ...exampleSpec(), name }));
        const results = await asked(tree, '');
        expect([name, results.flatMap(({ faults }) => faults)]).toEqual([name, []]);
        expect(results.filter(({ skipped }) => skipped === undefined).length).toBeGreaterThan(3);
      }
    },
  );

  it('find a rule that does not do what its test says', async () => {
    const { files, ...rest } = trees.compose;
    const test = files.find(({ path }) => path.endsWith('rules.5m.test.yml'));
    const tree = { ...rest, files: [...withoutTests(trees.compose).files, ...(test ? [test] : [])] };
    expect((await asked(tree, 'promtool test')).flatMap(({ faults }) => faults)).toEqual([]);
    const changed = edited(tree, 'observability/rules.yaml', /headroom_api_requests_total/g, 'up');
    const [fault] = (await asked(changed, 'promtool test')).flatMap(({ faults }) => faults);
    expect(fault).toMatchObject({ check: 'promtool test rules', path: test?.path });
    expect(fault?.message).toContain('exp');
  });
});

it.skipIf(!hasEngine('haproxy'))(
  'haproxy takes certificates from where a config says that they are',
  slow,
  async () => {
    const path = 'haproxy/haproxy.cfg';
    const based = edited(
      withoutTests(trees.compose),
      path,
      /^global$/m,
      'global\n  crt-base /etc/haproxy-tls\n  ca-base /etc/haproxy-tls',
    );
    const plain = edited(
      based,
      path,
      /^(\s*)bind (\S+).*$/m,
      '$1bind $2 ssl crt site.pem ca-file ca.pem verify required',
    );
    expect((await asked(plain, 'haproxy')).flatMap(({ faults }) => faults)).toEqual([]);
  },
);

interface Refused {
  readonly check: string;
  readonly edit: readonly [path: string, from: string | RegExp, to: string];
  readonly says: RegExp;
  readonly line: RegExp;
}

const refused: Readonly<Record<string, Refused & { readonly target: 'kubernetes' | 'compose' | 'local' }>> = {
  'haproxy in a ConfigMap': {
    ...{ target: 'kubernetes', check: 'haproxy -c' },
    edit: ['base/load-balancer/config.yaml', 'balance leastconn', 'balanse leastconn'],
    says: /^parsing \[haproxy\.cfg:\d+\] : unknown keyword 'balanse'/,
    line: /balanse/,
  },
  'haproxy for what it says about TLS': {
    ...{ target: 'kubernetes', check: 'haproxy -c' },
    edit: ['base/load-balancer/config.yaml', 'alpn h2,http/1.1', 'alpnn h2,http/1.1'],
    says: /unknown keyword 'alpnn'/,
    line: /alpnn/,
  },
  'haproxy in a file': {
    ...{ target: 'compose', check: 'haproxy -c' },
    edit: ['haproxy/haproxy.cfg', 'default_backend api', 'default_backend apis'],
    says: /unable to find required default_backend/,
    line: /frontend customers|default_backend/,
  },
  'nats-server': {
    ...{ target: 'local', check: 'nats-server -t' },
    edit: ['nats/nats-2.conf', 'sync_interval', 'sync_intervall'],
    says: /unknown field "sync_intervall"/,
    line: /sync_intervall/,
  },
  'promtool for an expression': {
    ...{ target: 'compose', check: 'promtool check rules' },
    edit: ['observability/rules.yaml', /expr: sum/, 'expr: summ'],
    says: /summ/,
    line: /expr|record/,
  },
  'promtool for its config': {
    ...{ target: 'local', check: 'promtool check config' },
    edit: ['prometheus/prometheus.yaml', 'job_name: api', 'job_nam: api'],
    says: /field job_nam not found/,
    line: /job_nam: api/,
  },
  amtool: {
    ...{ target: 'local', check: 'amtool check-config' },
    edit: ['observability/alertmanager.yaml', /^( *-? *)receiver: \S+/m, '$1receiver: nobody'],
    says: /undefined receiver "nobody"/,
    line: /receiver: nobody/,
  },
};

describe('what an engine refuses is said with file and line', slow, () => {
  for (const [name, { target, check, edit, says, line }] of Object.entries(refused)) {
    it.skipIf(!hasEngine(check.split(' ')[0] ?? ''))(name, async () => {
      const tree = edited(withoutTests(trees[target]), ...edit);
      const faults = (await asked(tree, check)).flatMap((result) => result.faults);
      const text = tree.files.find(({ path }) => path === edit[0])?.text.split('\n') ?? [];
      const found = faults.filter((fault) => fault.path === edit[0] && says.test(fault.message));
      expect(found.map((fault) => text[(fault.line ?? 0) - 1]).join('\n'), JSON.stringify(faults)).toMatch(
        line,
      );
      expect(found[0]?.advice).toMatch(/says the same$/);
      expect(leftovers()).toEqual([]);
    });
  }
});

describe('an engine that', () => {
  const before = process.env['PATH'];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-path-'));
  });
  afterEach(() => {
    process.env['PATH'] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  it('is missing is said, and is no fault', async () => {
    process.env['PATH'] = folder;
    for (const { check, files, faults, skipped } of await asked(trees.local, '')) {
      expect({ check, faults }).toEqual({ check, faults: [] });
      expect(files).toBeGreaterThan(0);
      expect(skipped).toMatch(/^[\w-]+ is not installed; scripts\/engines install brings it$/);
    }
  });

  it('does not answer is killed, even where it does not heed signals', async () => {
    const pid = join(folder, 'pid');
    const hanging = `#!/bin/sh\ntrap '' TERM INT\necho $$ >>${pid}\nwhile :; do sleep 0.1; done\n`;
    writeFileSync(join(folder, 'nats-server'), hanging);
    chmodSync(join(folder, 'nats-server'), 0o755);
    process.env['PATH'] = `${folder}${delimiter}${before}`;
    const [result] = await asked(trees.local, 'nats-server', 1500);
    expect(result?.faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['nats/nats-1.conf', 'nats/nats-2.conf', 'nats/nats-3.conf']),
    );
    for (const { message } of result?.faults ?? []) {
      expect(message).toContain('nats-server gave no answer within 1.5 s and was stopped');
    }
    const started = existsSync(pid) ? readFileSync(pid, 'utf8').trim().split('\n').map(Number) : [];
    expect(started).toHaveLength(3);
    await expect.poll(() => started.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it('is not asked where nobody asked for it', async () => {
    const { input, files } = trees.local;
    const plain = { ...input, schemas: `${repository}schemas`, engines: false };
    const results = await Promise.all(engineChecksWithin(1).map((check) => check(files, plain)));
    expect(new Set(results.map(({ skipped }) => skipped))).toEqual(new Set(['asked with --engines']));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
