import { describe, expect, it } from 'vitest';
import { edited, emittedTree, faultsOf, foundIn, type Planted } from './tree.ts';

const tree = emittedTree('kubernetes');
const worker = 'base/worker/workload.yaml';
const balancer = 'base/load-balancer/workload.yaml';
const proxy = 'base/load-balancer/config.yaml';
const cassandra = 'base/usage-store/cassandra.yaml';
const region = 'overlays/main/kustomization.yaml';

const planted: Readonly<Record<string, Planted>> = {
  'an unknown field': {
    edit: [worker, 'terminationGracePeriodSeconds:', 'terminationGraceSeconds:'],
    says: /^kubernetes schemas: .*no field "terminationGraceSeconds"/,
    line: /terminationGraceSeconds/,
  },
  'a Service that sends to nobody': {
    edit: [
      'base/load-balancer/service.yaml',
      /instance: load-balancer\n {2}ports/,
      'instance: none\n  ports',
    ],
    says: /^selectors: no pod has the labels of what the Service sends to/,
    line: /selector:/,
  },
  'a host that no Service has': {
    edit: [proxy, /(server api-0 )api-0\.api\./, '$1api-0.apis.'],
    says: /^addresses: api-0\.apis\.\S+ is named here, and no Service of the tree has that name/,
    line: /server api-0 /,
  },
  'a port that its Service does not have': {
    edit: [proxy, /(server api-0 \S+):8080/, '$1:8099'],
    says: /^addresses: api-0\.api\.\S+:8099 is named here, but Service api has the ports/,
    line: /:8099/,
  },
  'a store that waits as long as who asks it': {
    edit: ['base/usage-store/cassandra.yaml', /write_request_timeout: \S+/, 'write_request_timeout: 3000ms'],
    says: /^deadlines nest: api\.usage\.store\.timeout is 3 s, but write_request_timeout of the store is 3 s/,
    path: 'base/api/config.yaml',
    line: /"timeout": 3/,
  },
  'a load balancer that waits less than the API': {
    edit: [proxy, /timeout server \S+/, 'timeout server 2s'],
    says: /^deadlines nest: the load balancer waits 2 s, but the API/,
    line: /timeout server 2s/,
  },
  'a limit below what was measured': {
    edit: [worker, /(limits:[^#]*?memory:) \S+/, '$1 64Mi'],
    says: /^memory and disks: .* may take 64 MiB, but \d+ resize processes as measured/,
    line: /memory: 64Mi/,
  },
  'a resize process that may take less than one as measured': {
    edit: ['base/worker/config.yaml', /"memoryBytes": \d+/, '"memoryBytes": 1000000'],
    says: /^process memory: a resize process may take 1 MiB, but one as measured takes \d+ MiB/,
    line: /memoryBytes/,
  },
  'a missing secret': {
    edit: [balancer, 'secretName: load-balancer-tls', 'secretName: forgotten'],
    says: /^references: Deployment load-balancer uses Secret forgotten, which is not in the tree/,
    line: /secret:/,
  },
  // `queue` is a word of the README, and no Secret of its table.
  'a secret whose name is only a word of the README': {
    edit: [balancer, 'secretName: load-balancer-tls', 'secretName: queue'],
    says: /^references: Deployment load-balancer uses Secret queue, which is not in the tree/,
    line: /secret:/,
  },
  'a secret of a backup that nobody makes': {
    edit: ['global/database.yaml', /name: cold-storage(\n\s+key: accessKey)/, 'name: storage$1'],
    says: /^references: \S+ identity-db names Secret storage, which is not in the tree/,
    line: /name: storage$/,
  },
  'a backup into a store that is not there': {
    edit: ['global/database.yaml', 'barmanObjectName: identity-db', 'barmanObjectName: backups'],
    says: /^references: Cluster identity-db names ObjectStore backups, which is not in the tree/,
    line: /barmanObjectName: backups/,
  },
  'a backup with Barman in an image that has none': {
    edit: [
      'global/database.yaml',
      /^ {2}plugins:\n( {4}.*\n)+/m,
      '  backup:\n    barmanObjectStore:\n      destinationPath: s3://backups/\n',
    ],
    says: /^backups: Cluster identity-db archives with Barman, which \S+-minimal-\S+ does not have/,
    line: /barmanObjectStore/,
  },
  'a log that two archive': {
    edit: [
      'global/database.yaml',
      /^ {2}plugins:/m,
      '  backup:\n    barmanObjectStore:\n      destinationPath: s3://backups/\n  plugins:',
    ],
    says: /^backups: Cluster identity-db archives its log in two ways/,
    line: /plugins:/,
  },
  'a backup whose log nobody archives': {
    edit: ['global/database.yaml', 'isWALArchiver: true', 'isWALArchiver: false'],
    says: /^backups: ScheduledBackup identity-db takes backups of Cluster identity-db, whose log nobody archives/,
    line: /method: plugin/,
  },
  'a backup by a plug-in that the database does not have': {
    edit: ['global/database.yaml', /(pluginConfiguration:\n\s+name:) \S+/, '$1 barman.example.org'],
    says: /^backups: ScheduledBackup identity-db wants the plug-in barman\.example\.org, which/,
    line: /pluginConfiguration/,
  },
  'a backup by a way that the database does not have': {
    edit: ['global/database.yaml', 'method: plugin', 'method: barmanObjectStore'],
    says: /^backups: ScheduledBackup identity-db wants a barmanObjectStore, and Cluster identity-db has none/,
    line: /method: barmanObjectStore/,
  },
  'a metric that nobody gives': {
    edit: ['observability/rules.yaml', 'headroom_api_requests_total', 'headroom_api_request_total'],
    says: /^metrics: nothing gives headroom_api_request_total; did you mean headroom_api_requests_total/,
    line: /headroom_api_request_total/,
  },
  'folders that take each other in': {
    edit: ['base/kustomization.yaml', '- namespace.yaml', '- namespace.yaml\n  - ../overlays/main'],
    says: /^references: the kustomization takes in \S+, which takes it in/,
    path: region,
    line: /- ..\/..\/base/,
  },
  'a folder that is taken in and not there': {
    edit: [region, '- ../../global', '- ../../globe'],
    says: /^references: the kustomization names globe, which is not in the tree/,
    line: /globe/,
  },
  'a patch of an object that is not there': {
    edit: [region, 'kind: StatefulSet\n      name: queue', 'kind: StatefulSet\n      name: queues'],
    says: /^references: the kustomization names StatefulSet queues/,
    line: /target:/,
  },
  'a policy for another port than the one that is asked': {
    edit: ['base/network/api-to-queue.yaml', /port: 4222/, 'port: 4229'],
    says: /^network policies: StatefulSet api asks \S+:4222 here, and no policy allows its (egress to|ingress at) port 4222 of StatefulSet queue/,
    path: 'base/api/config.yaml',
    line: /nats:\/\//,
  },
  'a policy for the database that its pods do not ask': {
    edit: ['global/network.yaml', /port: 5432/g, 'port: 5433'],
    says: /^network policies: Deployment identity asks identity-db-rw\S*:5432 here/,
    path: 'base/identity/config.yaml',
    line: /postgres/,
  },
  'a port of a scaler that its Service does not have': {
    edit: ['base/worker/autoscaler.yaml', /(natsServerMonitoringEndpoint: \S+):8222/, '$1:8229'],
    says: /^addresses: queue\.\S+:8229 is named here, but Service queue has the ports/,
    line: /natsServerMonitoringEndpoint/,
  },
  'a config that its ConfigMap does not have': {
    edit: ['base/identity/config.yaml', /^ {2}identity\.json:/m, '  identities.json:'],
    says: /^mounted files: \/etc\/headroom\/identity\.json is named here, and ConfigMap identity has no identity\.json/,
    path: 'base/identity/workload.yaml',
    line: /args:/,
  },
  'a config where nothing is mounted': {
    edit: [balancer, 'mountPath: /etc/haproxy\n', 'mountPath: /etc/proxy\n'],
    says: /^mounted files: \/etc\/haproxy\/haproxy\.cfg is named here/,
    line: /args:/,
  },
  'a secret where nothing is mounted': {
    edit: ['base/identity/workload.yaml', 'headroom-secrets/identity-data', 'headroom-secrets/data'],
    says: /^mounted files: \/etc\/headroom-secrets\/identity-data\/password is named here, and Deployment identity mounts nothing/,
    path: 'base/identity/config.yaml',
    line: /identity-data\/password/,
  },
  'a patch of a container that is not there': {
    edit: ['overlays/small/sizes.yaml', /- name: worker\b/, '- name: workers'],
    says: /^references: Deployment worker has a container workers without an image/,
    path: worker,
    line: /containers:|- name: worker/,
  },
  'a budget that lets no pod go': {
    edit: [balancer, 'maxUnavailable: 1 #', 'maxUnavailable: 0 #'],
    says: /^counts: budget load-balancer lets none of the \d+ pods/,
    line: /maxUnavailable: 0/,
  },
  'pods that must each have a zone of their own': {
    edit: [
      'base/identity/workload.yaml',
      /replicas: \d+([\s\S]*requiredDuring[\s\S]*?topologyKey:) kubernetes.io\/hostname/,
      'replicas: 4$1 topology.kubernetes.io/zone',
    ],
    says: /^counts: 4 pods of identity must each have a zone of their own, and the plan has 3/,
    line: /topologyKey: topology.kubernetes.io\/zone/,
  },
  'a spread over more zones than there are': {
    edit: [region, 'value: 3', 'value: 4'],
    says: /^counts: queue wants 4 zones, and the plan has 3/,
    path: 'base/queue/workload.yaml',
    line: /topologyKey|maxSkew|topologySpreadConstraints/,
  },
  'a rack without a node': {
    edit: [cassandra, /^ {2}size: \d+/m, '  size: 2'],
    says: /^counts: dc1 has 3 racks and 2 nodes/,
    line: /size: 2/,
  },
  'more copies than nodes': {
    edit: ['base/api/config.yaml', /("queue": \{[^}]*"replicas"): 3/, '$1: 5'],
    says: /^counts: api.queue.replicas is 5, but queue has 3 pods/,
    line: /"replicas": 5/,
  },
  'an autoscaler whose most is below its least': {
    edit: ['base/worker/autoscaler.yaml', /maxReplicaCount: \d+/, 'maxReplicaCount: 1'],
    says: /^counts: worker scales from \d+ to 1/,
    line: /maxReplicaCount: 1/,
  },
};

describe('the checks of a Kubernetes tree name the file, the line and the way out of', () => {
  it.each(Object.entries(planted))('%s', async (_, fault) => {
    const { found, all } = await foundIn(tree, fault);
    expect(found, all.join('\n')).toBe(true);
  });
});

describe('a circle of folders', () => {
  it('is found where nothing is left that could be applied', async () => {
    const all = ['main', 'small'].reduce(
      (each, overlay) =>
        edited(each, 'base/kustomization.yaml', 'resources:', `resources:\n  - ../overlays/${overlay}`),
      tree,
    );
    const circles = (await faultsOf(all)).filter(({ message }) => message.includes('which takes it in'));
    expect(circles.length).toBeGreaterThan(0);
  });
});
