import { describe, expect, it } from 'vitest';
import { brief, edited, emittedTree, faultsOf, resultsOf } from './tree.ts';

const tree = emittedTree('kubernetes');

async function planted(path: string, from: string | RegExp, to: string): Promise<string[]> {
  const changed = edited(tree, path, from, to);
  const faults = await faultsOf(changed);
  const text = changed.files.find((file) => file.path === path)?.text ?? '';
  for (const fault of faults.filter((each) => each.path === path)) {
    expect(fault.line).toBeGreaterThan(0);
    expect(fault.line).toBeLessThanOrEqual(text.split('\n').length);
  }
  return faults.map(brief);
}

describe('the checks of a Kubernetes tree', () => {
  it('pass for the built-in example, and look at every file that they are for', async () => {
    const results = await resultsOf(tree);
    expect(results.flatMap(({ faults }) => faults).map(brief)).toEqual([]);
    const names = results.map(({ check }) => check);
    for (const name of [
      'kubernetes schemas',
      'selectors',
      'references',
      'ports',
      'addresses',
      'listeners',
      'counts',
    ]) {
      expect(names).toContain(name);
    }
    for (const name of ['time to stop', 'memory and disks', 'deadlines nest', 'role configs', 'metrics']) {
      expect(names).toContain(name);
    }
  });

  const worker = 'base/worker/workload.yaml';
  const api = 'base/api/workload.yaml';
  const balancer = 'base/load-balancer/workload.yaml';
  const proxy = 'base/load-balancer/config.yaml';

  it('find an unknown field, with its line and the field that was meant', async () => {
    const faults = await planted(worker, 'terminationGracePeriodSeconds:', 'terminationGraceSeconds:');
    expect(faults).toContainEqual(
      expect.stringMatching(
        /worker\/workload\.yaml:\d+ kubernetes schemas: .*no field "terminationGraceSeconds"/,
      ),
    );
  });

  it('find a value of the wrong kind and one that is not on the list', async () => {
    expect(await planted(balancer, 'runAsNonRoot: true', 'runAsNonRoot: "yes"')).toContainEqual(
      expect.stringContaining('"yes" is not boolean'),
    );
    expect(await planted(balancer, 'imagePullPolicy: Always', 'imagePullPolicy: Allways')).toContainEqual(
      expect.stringContaining('"Allways" is none of Always, IfNotPresent, Never'),
    );
  });

  it('find an unknown field of an operator\u2019s resource', async () => {
    expect(
      await planted('base/worker/autoscaler.yaml', 'maxReplicaCount:', 'maxReplicasCount:'),
    ).toContainEqual(expect.stringContaining('did you mean "maxReplicaCount"?'));
  });

  it('find a Service that sends to nobody', async () => {
    const faults = await planted(
      'base/load-balancer/service.yaml',
      /instance: load-balancer\n {2}ports/,
      'instance: balancer\n  ports',
    );
    expect(faults).toContainEqual(
      expect.stringMatching(/selectors: no pod has the labels of what the Service sends to/),
    );
  });

  it('find a name in a config that no Service has', async () => {
    const faults = await planted('base/api/service.yaml', /^ {2}name: api$/gm, '  name: apis');
    expect(faults).toContainEqual(
      expect.stringMatching(/load-balancer\/config\.yaml:\d+ addresses: api-\d+\.api\./),
    );
  });

  it('find a port that its Service does not have', async () => {
    const faults = await planted(proxy, /(server api-\S+ \S+):8080/, '$1:8099');
    expect(faults).toContainEqual(
      expect.stringMatching(/load-balancer\/config\.yaml:\d+ addresses: .*:8099/),
    );
  });

  it('find a port on which a config listens and the container does not', async () => {
    const faults = await planted(proxy, 'bind :8404', 'bind :8405');
    expect(faults).toContainEqual(expect.stringContaining('listeners: haproxy.cfg listens on 8405'));
  });

  it('find a probe of a port that the container does not have', async () => {
    const faults = await planted(
      balancer,
      /path: \/livez\n(\s+)port: metrics/,
      'path: /livez\n$1port: metric',
    );
    expect(faults).toContainEqual(
      expect.stringContaining('ports: a probe of Deployment load-balancer asks port metric'),
    );
  });

  it('find a ConfigMap, an account and a priority that are not there', async () => {
    expect(
      await planted(balancer, /configMap:\n(\s+)name: load-balancer/, 'configMap:\n$1name: balancer'),
    ).toContainEqual(expect.stringContaining('uses ConfigMap balancer, which is not in the tree'));
    expect(
      await planted(balancer, 'serviceAccountName: load-balancer', 'serviceAccountName: nobody'),
    ).toContainEqual(expect.stringContaining('uses ServiceAccount nobody'));
    expect(await planted(balancer, /priorityClassName: \S+/, 'priorityClassName: highest')).toContainEqual(
      expect.stringContaining('uses PriorityClass highest'),
    );
  });

  it('find a Secret that is neither there nor explained in the README', async () => {
    expect(await planted(balancer, 'secretName: load-balancer-tls', 'secretName: forgotten')).toContainEqual(
      expect.stringContaining('uses Secret forgotten'),
    );
  });

  it('find an autoscaler without a target', async () => {
    const faults = await planted(
      'base/load-balancer/autoscaler.yaml',
      'kind: Deployment\n    name: load-balancer',
      'kind: Deployment\n    name: balancer',
    );
    expect(faults).toContainEqual(
      expect.stringContaining('references: HorizontalPodAutoscaler load-balancer names Deployment balancer'),
    );
  });

  it('find a policy for pods that do not exist', async () => {
    const faults = await planted(
      'base/network/load-balancer-to-api.yaml',
      /instance: load-balancer$/m,
      'instance: proxy',
    );
    expect(faults).toContainEqual(
      expect.stringMatching(/selectors: no pod has the labels of what the policy/),
    );
  });

  it('find a deadline that does not nest', async () => {
    const faults = await planted(proxy, /timeout server \S+/, 'timeout server 2s');
    expect(faults).toContainEqual(
      expect.stringMatching(
        /load-balancer\/config\.yaml:\d+ deadlines nest: the load balancer waits 2 s, but the API/,
      ),
    );
  });

  it('find a stop that is shorter than the drain', async () => {
    const faults = await planted(
      api,
      /terminationGracePeriodSeconds: \d+/,
      'terminationGracePeriodSeconds: 3',
    );
    expect(faults).toContainEqual(
      expect.stringMatching(/api\/workload\.yaml:\d+ time to stop: .* is killed after 3 s/),
    );
  });

  it('find a limit below what was measured', async () => {
    const faults = await planted(worker, /(limits:[^#]*?memory:) \S+/, '$1 64Mi');
    expect(faults).toContainEqual(
      expect.stringMatching(
        /worker\/workload\.yaml:\d+ memory and disks: .* may take 64 MiB, but \d+ resize processes/,
      ),
    );
  });

  it('find a budget that lets no pod go, and one that costs the majority', async () => {
    expect(await planted(balancer, 'maxUnavailable: 1 #', 'maxUnavailable: 0 #')).toContainEqual(
      expect.stringMatching(/counts: budget load-balancer lets none of the \d+ pods/),
    );
    expect(
      await planted('base/queue/workload.yaml', 'maxUnavailable: 1', 'maxUnavailable: 2'),
    ).toContainEqual(expect.stringMatching(/counts: budget queue lets 2 of 3 pods .* no majority/));
  });

  it('find a metric that nobody gives', async () => {
    const faults = await planted(
      'observability/rules.yaml',
      'headroom_api_requests_total',
      'headroom_api_request_total',
    );
    expect(faults).toContainEqual(
      expect.stringContaining(
        'metrics: nothing gives headroom_api_request_total; did you mean headroom_api_requests_total?',
      ),
    );
  });

  it('find a key that a role does not know', async () => {
    const faults = await planted('base/worker/config.yaml', '"drainTime"', '"drainTme"');
    expect(faults).toContainEqual(
      expect.stringMatching(/worker\/config\.yaml:\d+ role configs: .*did you mean "drainTime"/),
    );
  });

  it('find what is no YAML, and then nothing else', async () => {
    const faults = await planted(worker, 'kind: ServiceAccount', 'kind: {');
    expect(faults.every((fault) => fault.includes(' syntax: '))).toBe(true);
    expect(faults.length).toBeGreaterThan(0);
  });
});
