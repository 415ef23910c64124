import { describe, expect, it } from 'vitest';
import { brief, edited, emittedTree, faultsOf, foundIn, type Planted, resultsOf } from './tree.ts';

const emitted = emittedTree('compose');
const compose = 'compose.yaml';
const proxy = 'haproxy/haproxy.cfg';
const api = 'config/api-1.json';
const worker = 'config/worker-1.json';

/** From the key of a service to something in it. */
const inService = (name: string, rest: string) =>
  new RegExp(String.raw`(\n  ${name}:\n(?: {4}.*\n)*? +)${rest}`);

const planted: Readonly<Record<string, Planted>> = {
  'an unknown field': {
    edit: [compose, 'stop_signal: SIGUSR2', 'stop_sginal: SIGUSR2'],
    says: /^compose schema: .*no field "stop_sginal"; did you mean "stop_signal"\?/,
    line: /stop_sginal/,
  },
  'a key that a role does not know': {
    edit: [worker, '"drainTime"', '"drainTme"'],
    says: /^role configs: .*did you mean "drainTime"/,
    line: /drainTme/,
  },
  'a service that is not there': {
    edit: [proxy, 'api-2:8080', 'api-9:8080'],
    says: /^addresses: api-9 is named here, and no service has that name/,
    line: /server api-2 api-9/,
  },
  'a service that was renamed': {
    edit: [compose, /^ {2}redis-1:$/m, '  redis-9:'],
    says: /^addresses: redis-1 is named here/,
    path: api,
    line: /redis:\/\/redis-1/,
  },
  'a port on which the service does not listen': {
    edit: [proxy, 'api-2:8080', 'api-2:8099'],
    says: /^addresses: api-2:8099 is named here, but service api-2 listens on 8080, 8081/,
    line: /api-2:8099/,
  },
  'a port that the config of the service no longer has': {
    edit: ['nats/nats-2.conf', '0.0.0.0:4222', '0.0.0.0:4223'],
    says: /^addresses: nats-2:4222 is named here, but service nats-2 listens on 4223/,
    path: worker,
    line: /nats-2:4222/,
  },
  'a port that speaks something else': {
    edit: [api, 'nats://nats-3:4222', 'nats://nats-3:8222'],
    says: /^addresses: nats:\/\/nats-3:8222 is named here, but service nats-3 speaks http there/,
    line: /nats-3:8222/,
  },
  'a service that is on no common network': {
    edit: [compose, inService('worker-1', 'networks: \\[ bodies, queue,'), '$1networks: [ bodies,'],
    says: /^addresses: nats-1 is named here, but service worker-1 is on no network of service nats-1/,
    path: worker,
    line: /nats:\/\/nats-1/,
  },
  'a health check of a port that nobody has': {
    edit: [compose, '8222/healthz', '8223/healthz'],
    says: /^ports: service nats-1 listens on 4222, 6222, 8222, but its health check asks 8223/,
    line: /8223\/healthz/,
  },
  'a published port that leads nowhere': {
    edit: [compose, '127.0.0.1:20001:8080', '127.0.0.1:20001:8090'],
    says: /^ports: service load-balancer-1 listens on 8080, 8404, but it publishes 8090/,
    line: /20001:8090/,
  },
  'a port of the machine that is taken twice': {
    edit: [compose, '127.0.0.1:20062:8083', '127.0.0.1:20061:8083'],
    says: /^ports: service identity-2 takes 127.0.0.1:20061, which service identity-1 has/,
    line: /20061:8083/,
  },
  'a store that waits as long as who asks it': {
    edit: ['cassandra/cassandra-1.yaml', /write_request_timeout: \S+/, 'write_request_timeout: 3000ms'],
    says: /^deadlines nest: api\.usage\.store\.timeout is 3 s, but write_request_timeout of the store is 3 s/,
    path: api,
    line: /"timeout": 3/,
  },
  'a load balancer that waits less than the API': {
    edit: [proxy, /timeout server \S+/, 'timeout server 2s'],
    says: /^deadlines nest: the load balancer waits 2 s, but the API/,
    line: /timeout server 2s/,
  },
  'a worker that takes longer than a job may wait': {
    edit: [worker, /"deadline": [\d.]+/, '"deadline": 60'],
    says: /^deadlines nest: a job may wait in the queue for .* but a worker resizes within 60 s/,
    path: api,
    line: /"maxAge"/,
  },
  'a stop that is shorter than the drain': {
    edit: [compose, inService('api-1', 'stop_grace_period: \\S+'), '$1stop_grace_period: 3s'],
    says: /^time to stop: service api-1 is killed after 3 s, but its drain takes 1\d/,
    line: /stop_grace_period: 3s/,
  },
  'a signal at which requests are cut': {
    edit: [compose, 'stop_signal: SIGUSR1', 'stop_signal: SIGTERM'],
    says: /^time to stop: service load-balancer-1 is stopped with SIGTERM/,
    line: /stop_grace_period/,
  },
  'a limit below what was measured': {
    edit: [compose, inService('worker-1', 'memory: "\\d+"'), '$1memory: "67108864"'],
    says: /^memory and disks: service worker-1 may take 64 MiB, but 2 resize processes as measured takes \d+ MiB/,
    line: /memory: "67108864"/,
  },
  'a limit below what an engine may take': {
    edit: ['redis/redis.conf', /maxmemory \d+/, 'maxmemory 4gb'],
    says: /^memory and disks: service redis-1 may take 64 MiB, but what redis.conf allows takes 4096 MiB/,
    path: compose,
    line: /memory: "/,
  },
  'a heap above the limit': {
    edit: [compose, 'MAX_HEAP_SIZE: 410M', 'MAX_HEAP_SIZE: 41000M'],
    says: /^memory and disks: service cassandra-1 may take 819 MiB, but a node with MAX_HEAP_SIZE=41000M/,
    line: /memory: "/,
  },
  'a resize process that may take less than one as measured': {
    edit: [worker, /"memoryBytes": \d+/, '"memoryBytes": 1000000'],
    says: /^process memory: a resize process may take 1 MiB, but one as measured takes \d+ MiB/,
    line: /memoryBytes/,
  },
  'a secret that a service is not given': {
    edit: [compose, inService('api-1', 'secrets: \\[ identity-data \\]'), '$1secrets: []'],
    says: /^references: service api-1 names the secret identity-data, which is not there/,
    path: api,
    line: /\/run\/secrets\/identity-data/,
  },
  'a secret that is not declared': {
    edit: [compose, 'secrets: [ database, keeper ]', 'secrets: [ database, keeper, forgotten ]'],
    says: /^references: service keeper-1 names the secret forgotten/,
    line: /secrets: \[ database, keeper, forgotten \]/,
  },
  'a secret that nothing makes': {
    edit: [compose, './secrets/admin', './secrets/forgotten'],
    says: /^references: the file names the file of the secret .\/secrets\/forgotten/,
    line: /forgotten/,
  },
  'a network that is not declared': {
    edit: [compose, 'networks: [ queue ]', 'networks: [ queues ]'],
    says: /^references: service nats-1 names the network queues/,
    line: /networks: \[ queues \]/,
  },
  'a volume that is not declared': {
    edit: [compose, '- nats-2:/data', '- nats-9:/data'],
    says: /^references: service nats-2 names the volume nats-9/,
    line: /nats-9:\/data/,
  },
  'a file that is not emitted': {
    edit: [compose, './config/worker-1.json', './config/worker-9.json'],
    says: /^references: service worker-1 names the file .\/config\/worker-9.json/,
    line: /worker-9.json/,
  },
  'a config that a command reads and nobody mounts': {
    edit: [compose, 'haproxy.cfg:/etc/haproxy/haproxy.cfg:ro', 'haproxy.cfg:/etc/haproxy/proxy.cfg:ro'],
    says: /^references: service load-balancer-1 names the file \/etc\/haproxy\/haproxy.cfg/,
    line: /command: \[ haproxy/,
  },
  'rules that are not mounted where Prometheus reads them': {
    edit: [compose, 'rules.yaml:/etc/prometheus/rules.yaml', 'rules.yaml:/etc/prometheus/rule.yaml'],
    says: /^references: service prometheus names the file \/etc\/prometheus\/rules.yaml/,
    path: 'prometheus/prometheus.yaml',
    line: /rule_files/,
  },
  'services that wait for each other': {
    edit: [
      compose,
      inService('cassandra-1', 'depends_on:\\n'),
      '$1depends_on:\n      api-1: { condition: service_healthy }\n',
    ],
    says: /^dependencies: these wait for each other: .*cassandra-1.*usage-schema/,
    line: /condition: service_healthy|usage-schema|cassandra-1/,
  },
  'a service that waits for one that is not there': {
    edit: [compose, 's3: { condition: service_healthy }', 's4: { condition: service_healthy }'],
    says: /^dependencies: service usage-1 waits for s4, which is not in the file/,
    line: /s4: \{/,
  },
  'a service that waits for health where nobody looks': {
    edit: [compose, inService('redis-1', 'healthcheck:'), '$1x-healthcheck:'],
    says: /^dependencies: service api-1 waits for redis-1, which has no health check/,
    line: /redis-1: \{ condition: service_healthy/,
  },
  'a service that waits for the end of one that is started again': {
    edit: [compose, 'restart: on-failure', 'restart: always'],
    says: /^dependencies: service api-1 waits for usage-schema, which is started again/,
    line: /usage-schema: \{ condition: service_completed/,
  },
  'a service that waits for one of a profile': {
    edit: [compose, inService('s3', 'restart:'), '$1profiles: [ storage ]\n    restart:'],
    says: /^dependencies: service usage-1 waits for s3, which is only started with the profile storage/,
    line: /s3: \{ condition/,
  },
  'more copies than nodes': {
    edit: [api, /"replicas": 3/, '"replicas": 5'],
    says: /^counts: api.queue.replicas is 5, but its url names 3/,
    line: /"replicas": 5/,
  },
  'a quorum of more answers than copies': {
    edit: ['config/usage-1.json', /"writeQuorum": \d/, '"writeQuorum": 4'],
    says: /^counts: usage.store.writeQuorum is 4, of 3 copies/,
    line: /"writeQuorum": 4/,
  },
  'a node that its peers do not know': {
    edit: [api, '"node": "api-1"', '"node": "api-9"'],
    says: /^references: service api-1 names the node api-9/,
    line: /"node": "api-9"/,
  },
  'a peer that is no API server': {
    edit: [api, /("peers": \[[^\]]*"node": )"api-2"/, '$1"api-9"'],
    says: /^references: service api-1 names the peer api-9/,
    line: /"node": "api-9"/,
  },
  'a command that starts another role than its config is for': {
    edit: [compose, 'command: [ worker, --config', 'command: [ api, --config'],
    says: /^references: service worker-1 names the role api/,
    line: /command: \[ api, --config/,
  },
  'an engine that listens under the name of another': {
    edit: ['cassandra/cassandra-2.yaml', 'listen_address: cassandra-2', 'listen_address: cassandra-3'],
    says: /^listeners: service cassandra-2 listens as cassandra-3/,
    line: /storage_port/,
  },
  'data that is gone with the container': {
    edit: ['nats/nats-1.conf', 'store_dir: "/data"', 'store_dir: "/date"'],
    says: /^data folders: service nats-1 keeps data in \/date, which is on no volume of it/,
    line: /store_dir/,
  },
  'two that write to one volume': {
    edit: [compose, '- nats-2:/data', '- nats-1:/data'],
    says: /^data folders: service nats-2 keeps data in nats-1, where service nats-1 keeps its own/,
    path: 'nats/nats-2.conf',
    line: /store_dir/,
  },
  'a metric that nobody gives': {
    edit: ['observability/rules.yaml', 'headroom_api_requests_total', 'headroom_api_request_total'],
    says: /^metrics: nothing gives headroom_api_request_total; did you mean headroom_api_requests_total/,
    line: /headroom_api_request_total/,
  },
  'what is no YAML': {
    edit: [compose, 'services:\n', 'services: {\n'],
    says: /^syntax: /,
    line: /./,
  },
};

describe('the checks of a compose tree', () => {
  it('pass for the built-in example, and all of them look at it', async () => {
    const results = await resultsOf(emitted);
    expect(results.flatMap(({ faults }) => faults).map(brief)).toEqual([]);
    expect(results.filter(({ skipped }) => skipped === undefined).map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        ...['compose schema', 'role configs', 'references', 'dependencies', 'ports', 'addresses', 'counts'],
        ...[
          'time to stop',
          'memory and disks',
          'process memory',
          'data folders',
          'deadlines nest',
          'metrics',
        ],
      ]),
    );
  });

  it.each(Object.entries(planted))('find %s', async (_, fault) => {
    const { found, all } = await foundIn(emitted, fault);
    expect(found, all.join('\n')).toBe(true);
  });

  it('know the other forms of ports, volumes, secrets and waits', async () => {
    const other = [
      [
        'ports: [ 127.0.0.1:20001:8080 ]',
        'ports: [ { target: 8080, published: "20001", host_ip: 127.0.0.1 } ]',
      ],
      [
        './haproxy/haproxy.cfg:/etc/haproxy/haproxy.cfg:ro',
        '{ type: bind, source: ./haproxy/haproxy.cfg, target: /etc/haproxy/haproxy.cfg, read_only: true }',
      ],
      ['secrets: [ identity-data-users ]', 'secrets: [ { source: identity-data-users } ]'],
      [
        /depends_on:\n {6}s3: \{ condition: service_healthy \}\n {4}healthcheck/,
        'depends_on: [ s3 ]\n    healthcheck',
      ],
    ] as const;
    const tree = other.reduce((each, [from, to]) => edited(each, compose, from, to), emitted);
    expect((await faultsOf(tree)).map(brief)).toEqual([]);
    const said = async (from: string, to: string) =>
      (await faultsOf(edited(tree, compose, from, to))).map(({ message }) => message).join('\n');
    expect(await said('source: ./haproxy', 'source: ./proxy')).toContain(
      'names the file ./proxy/haproxy.cfg',
    );
    expect(await said('cpus: "2"\n          memory: "573435456"', 'memory: 64m')).toContain(
      'service worker-1 may take 64 MiB',
    );
    expect(await said('memory: "573435456"', 'memory: 600m')).toBe('');
    expect(await said('stop_signal: SIGUSR1\n', 'init: false\n')).toBe('');
    expect(await said('target: 8080', 'target: 8090')).toContain('it publishes 8090');
    expect(await said('source: identity-data-users', 'source: users')).toContain('names the secret users');
    expect(await said('depends_on: [ s3 ]', 'depends_on: [ s4 ]')).toContain('waits for s4');
  });

  it('say nothing about services of one\u2019s own whose ports stand nowhere, and know other names of a service', async () => {
    const own = [
      'services:',
      '  mine:',
      '    image: example/mine:1',
      '    networks: { queue: { aliases: [ my-database ] } }',
      '    extra_hosts: [ "elsewhere:10.0.0.1" ]',
      '    environment: { A: "my-database:5432", B: "elsewhere:5432", C: "host.example:5432" }',
      '    healthcheck: { test: [ CMD, nc, -z, 127.0.0.1, "5432" ] }',
      '',
    ].join('\n');
    const tree = edited(emitted, compose, 'services:\n', own);
    expect((await faultsOf(tree)).map(brief)).toEqual([]);
    const unknown = edited(tree, compose, 'my-database:5432', 'your-database:5432');
    expect((await faultsOf(unknown)).map(({ message }) => message)).toEqual([
      'your-database is named here, and no service has that name',
    ]);
  });
});
