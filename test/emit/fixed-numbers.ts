/** Numbers of templates that no tag makes and that have no comment `fixed:` on their line, each with its reason. */
export interface FixedNumber {
  /** Templates that hold it, below templates/. */
  readonly paths: readonly string[];
  /** A piece of a line with the number in it. */
  readonly text: string;
  readonly reason: string;
}

const readmes = ['compose/README.md.eta', 'kubernetes/README.md.eta', 'local/README.md.eta'];
const dockerfiles = ['compose/Dockerfile.eta', 'kubernetes/Dockerfile.eta'];
const alerts = ['compose/prometheus/rules.yaml', 'local/prometheus/rules.yaml'];
const kubernetesReadme = ['kubernetes/README.md.eta'];

/** Addresses that mean the same on every machine. */
export const anywhere: readonly Omit<FixedNumber, 'paths'>[] = [
  { text: '127.0.0.1', reason: 'the machine itself' },
  { text: '0.0.0.0', reason: 'every address of the machine' },
];

export const fixedNumbers: readonly FixedNumber[] = [
  ...inFiles(dockerfiles, 'the unprivileged user of the image; manifests name the same', [
    '--owner=10001 --group=10001',
    '10001:10001',
  ]),
  ...inFiles(['compose/Dockerfile.eta'], 'the same user in the image of the database', [
    '--gid 10001',
    '--uid 10001',
  ]),
  ...inFiles(dockerfiles, 'nobody else reads what the service keeps', ['--mode=0700']),
  ...inFiles(dockerfiles, 'exit codes: healthy, and not', ['0 : 1', 'exit(1)']),
  ...inFiles(dockerfiles, 'port of the health check where HEALTH_URL names no other', ['127.0.0.1:8080']),
  ...inFiles(dockerfiles, 'version of the syntax of the file', ['dockerfile:1']),
  ...inFiles(
    [...dockerfiles, 'compose/README.md.eta'],
    'version of headroom, by which the files name its images',
    [':0.1.0'],
  ),
  ...inFiles(['compose/README.md.eta'], 'the first version that reads all keys of the file', ['2.24']),
  ...inFiles(kubernetesReadme, 'the first version with the named fields', ['Kubernetes 1.32']),
  ...inFiles(kubernetesReadme, 'the version whose schema the manifests were checked against', [
    '`cnpg-system` | 1.28',
    'same namespace | 0.15',
    'cert-manager | 1.20',
    'namespace only | 1.22',
    '`keda` | 2.21',
    'an Alertmanager | 0.85',
    '`honorLabels` | 2.10',
  ]),
  ...inFiles(kubernetesReadme, 'bytes of a secret: 256 bits', ['rand -hex 32']),
  ...inFiles(
    ['kubernetes/README.md.eta', 'kubernetes/base/identity/service.yaml'],
    'the port of the Service for administrators, which has a comment there',
    ['service/identity 8083'],
  ),
  ...inFiles(kubernetesReadme, 'one run at a time: a second would settle the same', ['as a job | 1 |']),
  ...inFiles(
    ['compose/README.md.eta', 'kubernetes/README.md.eta'],
    'an example of a plan that customers buy',
    ['"requestsPerMonth":1000000', '"requestsPerSecond":10'],
  ),
  ...inFiles(readmes, 'an example of a request', ['width=800']),
  ...inFiles(['local/README.md.eta'], 'an example of another first port', ['21000']),
  ...inFiles(
    ['compose/compose.yaml'],
    'everybody may write to a scratch folder, and remove only what is his own',
    ['mode=1777'],
  ),
  ...inFiles(['local/processes.yaml'], 'a flag of the JVM: short runs are not worth the slow compiler', [
    'TieredStopAtLevel=1',
  ]),
  ...inFiles(['local/processes.yaml'], 'nodes on one machine need not wait for rumours of each other', [
    'ring_delay_ms=2000',
    'settle=0',
    'delay_ms=-1',
  ]),
  ...inFiles(
    [
      'local/processes.yaml',
      'local/cassandra/cassandra-__usageStore.nodes.count__.yaml',
      'local/config/_cassandra.txt.eta',
    ],
    'the network of the machine itself, in which every node has an address',
    ['127.0.0.'],
  ),
  ...inFiles(['compose/config/_cassandra.txt.eta'], 'the port of Cassandra in its image', [':9042']),
  ...inFiles(['compose/config/_database.txt.eta'], 'the port of PostgreSQL in its image', [':5432']),
  ...inFiles(['kubernetes/base/identity-data/_addresses.txt.eta'], 'the port of Redis, as in its config', [
    ':6379',
  ]),
  ...inFiles(['kubernetes/base/queue/_addresses.txt.eta'], 'the port of NATS, as in its config', [':4222']),
  ...inFiles(alerts, 'a gauge of a time is 0 until there was one', ['seconds > 0)']),
  ...inFiles(['local/cassandra/logback.xml'], 'a whole class name, in the language of the pattern', [
    '%logger{0}',
  ]),
];

function inFiles(paths: readonly string[], reason: string, texts: readonly string[]): FixedNumber[] {
  return texts.map((text) => ({ paths, text, reason }));
}
