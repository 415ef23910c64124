import { describe, expect, it } from 'vitest';
import { brief, edited, emittedTree, faultsOf } from './tree.ts';

/** Rendering and checking a tree takes a while on a busy machine. */
const slow = { timeout: 60_000 };

describe.each([
  ['kubernetes', 'base/load-balancer/config.yaml'],
  ['compose', 'haproxy/haproxy.cfg'],
  ['local', 'haproxy/haproxy-1.cfg'],
] as const)('the load balancer of %s', (target, path) => {
  const tree = emittedTree(target);
  const text = tree.files.find((file) => file.path === path)?.text ?? '';
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  const servers = text.match(/^\s+server /gm)?.length ?? 0;
  const held = number(/default-server .* maxconn (\d+)/) * servers + number(/queue\(api\) gt (\d+)/);
  const planted = async (connections: number) =>
    (await faultsOf(edited(tree, path, /^(\s*)maxconn \d+$/m, `$1maxconn ${connections}`))).map(brief);

  it('answers probes and gives its figures when customers hold all connections that they may', () => {
    const [all = 0, customers = 0] = [...text.matchAll(/^\s*maxconn (\d+)$/gm)].map(([, most]) =>
      Number(most),
    );
    expect(text.indexOf(`maxconn ${customers}\n`)).toBeGreaterThan(text.indexOf('frontend '));
    expect(all - customers).toBeGreaterThan(10);
    expect(text.slice(text.indexOf('frontend metrics'))).not.toContain('maxconn');
  });

  it('takes more connections than its servers and its queue hold, or it says so', slow, async () => {
    expect(number(/^\s*maxconn (\d+)$/m)).toBeGreaterThan(held);
    expect(await planted(held + 2)).toEqual([]);
    expect(await planted(held + 1)).toEqual([
      expect.stringMatching(
        new RegExp(`^${path}:\\d+ overload is answered: haproxy.*\\.cfg takes ${held + 1} connections, but`),
      ),
    ]);
  });
});
