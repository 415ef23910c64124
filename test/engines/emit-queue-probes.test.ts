import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubernetesTree, type Manifest } from '../emit/kubernetes-tree.ts';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';

/** What Kubernetes asks a node of the queue, asked of a node. */
describe.skipIf(!hasService('nats'))('the probes of the queue', { timeout: 120_000 }, () => {
  const { spec } = kubernetesTree().object('StatefulSet', 'queue');
  const { startupProbe, readinessProbe, livenessProbe } = spec.template.spec.containers[0];
  let nats: RunningEngine;

  beforeAll(async () => {
    nats = await startEngine('nats', { nodes: 3 });
  }, 60_000);

  afterAll(async () => {
    await nats?.stop();
  });

  const answers = async (node: number, { httpGet }: Manifest): Promise<boolean> => {
    const config = readFileSync(join(nats.nodeFolder(node), 'nats.conf'), 'utf8');
    const [, monitor] = /^http: "(.*)"$/m.exec(config) ?? [];
    return (await fetch(`http://${monitor}${httpGet.path}`)).ok;
  };

  it('let a node start that is current with the others', async () => {
    for (const node of [1, 2, 3]) {
      for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
        await expect.poll(() => answers(node, probe), { timeout: 30_000 }).toBe(true);
      }
    }
  });

  it('hold back a node that knows of no leader, and only while it starts', async () => {
    await nats.kill(2);
    await nats.kill(3);
    // The one that is left has lost its leader, as all nodes do in an election: it is neither restarted nor taken out.
    await expect.poll(() => answers(1, startupProbe), { timeout: 30_000 }).toBe(false);
    expect(await answers(1, readinessProbe)).toBe(true);
    expect(await answers(1, livenessProbe)).toBe(true);
  });
});
