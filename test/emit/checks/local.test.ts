import { describe, expect, it } from 'vitest';
import { brief, edited, emittedTree, faultsOf, foundIn, type Planted, resultsOf } from './tree.ts';

const tree = emittedTree('local');
const processes = 'processes.yaml';
const api = 'config/api-1.json';
const worker = 'config/worker-1.json';
const proxy = 'haproxy/haproxy-1.cfg';

/** From the key of a process to something in it. */
const inProcess = (name: string, rest: string) =>
  new RegExp(String.raw`(\n  ${name}:\n(?: {4}.*\n)*? +)${rest}`);

const planted: Readonly<Record<string, Planted>> = {
  'an unknown field': {
    edit: [processes, 'sequence: cassandra', 'sequense: cassandra'],
    says: /^process file schema: .*no field "sequense"; did you mean "sequence"\?/,
    line: /sequense/,
  },
  'a name that no process may have': {
    edit: [processes, /^ {2}nats-1:$/m, '  NATS-1:'],
    says: /^process file schema: .*the name "NATS-1" is not a text like/,
    line: /NATS-1/,
  },
  'a key that a role does not know': {
    edit: [worker, '"drainTime"', '"drainTme"'],
    says: /^role configs: .*did you mean "drainTime"/,
    line: /drainTme/,
  },
  'a port that no process has': {
    edit: [proxy, /(server api-2 127\.0\.0\.1):\d+/, '$1:20029'],
    says: /^addresses: 127\.0\.0\.1:20029 is named here, and no process has it among its ports/,
    line: /server api-2 127\.0\.0\.1:20029/,
  },
  'a host on which nobody has that port': {
    edit: [api, '127.0.0.2:20130', '127.0.0.9:20130'],
    says: /^addresses: 127\.0\.0\.9:20130 is named here/,
    line: /127\.0\.0\.9/,
  },
  'a port that speaks something else': {
    edit: ['config/identity-1.json', /redis:\/\/127\.0\.0\.1:\d+/, 'redis://127.0.0.1:20101'],
    says: /^addresses: redis:\/\/127\.0\.0\.1:20101 is named here, but process nats-1 speaks nats there/,
    line: /20101/,
  },
  'an address for customers that leads nowhere': {
    edit: [processes, /^address: .*$/m, 'address: http://127.0.0.1:20009'],
    says: /^addresses: 127\.0\.0\.1:20009 is named here/,
    line: /^address:/,
  },
  'a database of a keeper that is not where the others look': {
    edit: ['config/keeper-2.json', /("host": "127\.0\.0\.1",\s*"port"): 20081/, '$1: 20089'],
    says: /^addresses: 127\.0\.0\.1:20089 is named here/,
    line: /"port": 20089/,
  },
  'a listener that is not declared': {
    edit: ['nats/nats-2.conf', 'http: "127.0.0.1:20112"', 'http: "127.0.0.1:20119"'],
    says: /^listeners: process nats-2 listens on 20119, which is not among its ports/,
    line: /20119/,
  },
  'a declared port on which nobody listens': {
    edit: [processes, '- 127.0.0.1:20121', '- 127.0.0.1:20129'],
    says: /^ports: process nats-1 listens on 20101, 20111, 20121, but its ports have 20129/,
    line: /20129/,
  },
  'a readiness check of a port that nobody has': {
    edit: [processes, '127.0.0.1:20113/healthz', '127.0.0.1:20119/healthz'],
    says: /^ports: process nats-3 listens on .* but its readiness check asks 20119/,
    line: /ready: .*20119/,
  },
  'a port that is taken twice': {
    edit: [processes, inProcess('worker-1', String.raw`ports: \[.*\]`), '$1ports: [ 127.0.0.1:20051 ]'],
    says: /^ports: process worker-1 takes 127\.0\.0\.1:20051, which process usage-1 has/,
    line: /20051/,
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
  'a redelivery while the first worker is at it': {
    edit: [worker, /"ackWait": [\d.]+/, '"ackWait": 0.5'],
    says: /^deadlines nest: worker.queue.ackWait is 0.5 s, but a worker resizes within/,
    line: /"ackWait": 0.5/,
  },
  'a stop that is shorter than the drain': {
    edit: [processes, inProcess('api-1', 'grace: .*'), '$1grace: 3'],
    says: /^time to stop: process api-1 is killed after 3 s, but its drain takes 1\d/,
    line: /grace: 3$/,
  },
  'a signal at which requests are cut': {
    edit: [processes, 'signal: SIGUSR1', 'signal: SIGTERM'],
    says: /^time to stop: process load-balancer-1 is stopped with SIGTERM/,
    line: /grace/,
  },
  'a resize process that may take less than one as measured': {
    edit: [worker, /"memoryBytes": \d+/, '"memoryBytes": 1000000'],
    says: /^process memory: a resize process may take 1 MiB, but one as measured takes \d+ MiB/,
    line: /memoryBytes/,
  },
  'a secret that nobody makes': {
    edit: [processes, 'secrets: [ admin, cold-storage,', 'secrets: [ cold-storage,'],
    says: /^references: process identity-1 names the secret admin, which is not there/,
    path: 'config/identity-1.json',
    line: /run\/secrets\/admin/,
  },
  'a secret of an engine that nobody makes': {
    edit: ['redis/redis-1.conf', 'secret identity-data}', 'secret redis}'],
    says: /^references: process redis-1 names the secret redis/,
    line: /requirepass/,
  },
  'a config that is not emitted': {
    edit: [processes, 'nats/nats-2.conf', 'nats/nats-9.conf'],
    says: /^references: process nats-2 names the file nats\/nats-9.conf/,
    line: /nats-9.conf/,
  },
  'a config that nobody fills in': {
    edit: [processes, /^ {2}- redis\/redis-1\.conf\n/m, ''],
    says: /^references: process redis-1 names the filled file redis\/redis-1.conf/,
    line: /run\/filled\/redis/,
  },
  'a config with blanks that is read as it was emitted': {
    edit: [processes, 'run/filled/redis/redis-1.conf', 'redis/redis-1.conf'],
    says: /^references: process redis-1 names the value of \$\{secret identity-data\} in redis\/redis-1.conf/,
    line: /command: \[ redis-server/,
  },
  'a file to be filled in that is not emitted': {
    edit: [processes, '- redis/redis-1.conf', '- redis/redis-9.conf'],
    says: /^references: the file names the file redis\/redis-9.conf/,
    line: /redis-9/,
  },
  'rules that are not emitted': {
    edit: ['prometheus/prometheus.yaml', '../observability/rules.yaml', '../observability/rule.yaml'],
    says: /^references: process prometheus names the file ..\/observability\/rule.yaml/,
    line: /rule.yaml/,
  },
  'what takes the place of a program that no process runs': {
    edit: [processes, 'program: versitygw', 'program: minio'],
    says: /^references: the file names the program minio/,
    line: /program: minio/,
  },
  'a tier to leave out that is not there': {
    edit: [processes, 'without: [ coldStorage ]', 'without: [ cold ]'],
    says: /^references: the file names the tier cold,/,
    line: /without: \[ cold \]/,
  },
  'processes that wait for each other': {
    edit: [processes, inProcess('redis-1', 'command:'), '$1needs: [ loadBalancer ]\n    command:'],
    says: /^dependencies: these wait for each other: .*redis-1.*load-balancer-1/,
    line: /needs:/,
  },
  'a process that waits for a tier that is not there': {
    edit: [processes, 'needs: [ coldStorage ]', 'needs: [ coldStorge ]'],
    says: /^dependencies: process billing waits for coldStorge, .*did you mean coldStorage\?/,
    line: /coldStorge/,
  },
  'a process that waits for one that nobody asks': {
    edit: [processes, inProcess('s3', 'ready:.*'), '$1program: versitygw'],
    says: /^dependencies: process usage-1 waits for coldStorage, which is not asked whether it is ready \(s3\)/,
    line: /needs:.*coldStorage/,
  },
  'more copies than nodes': {
    edit: ['config/keeper-1.json', /("witness": \{[^}]*"replicas"): 3/, '$1: 5'],
    says: /^counts: identity.keeper.witness.replicas is 5, but its url names 3/,
    line: /"replicas": 5/,
  },
  'a node that its peers do not know': {
    edit: ['config/keeper-2.json', '"node": "database_2"', '"node": "database_9"'],
    says: /^references: process keeper-2 names the node database_9/,
    line: /"node": "database_9"/,
  },
  'a command that starts another role than its config is for': {
    edit: [processes, /main\.cjs"?, usage,/, 'main.cjs", billing,'],
    says: /^references: process usage-1 names the role billing/,
    line: /billing, --config/,
  },
  'an engine on the address of another': {
    edit: ['cassandra/cassandra-2.yaml', 'rpc_address: 127.0.0.2', 'rpc_address: 127.0.0.3'],
    says: /^listeners: process cassandra-2 listens on 20130, which is not among its ports/,
    line: /native_transport_port/,
  },
  'two that write to one folder': {
    edit: ['config/api-2.json', 'run/api-2', 'run/api-1'],
    says: /^data folders: process api-2 keeps data in run\/api-1, where process api-1 keeps its own/,
    line: /"folder"/,
  },
  'a metric that nobody gives': {
    edit: ['observability/rules.yaml', 'headroom_api_requests_total', 'headroom_api_request_total'],
    says: /^metrics: nothing gives headroom_api_request_total; did you mean headroom_api_requests_total/,
    line: /headroom_api_request_total/,
  },
  'what is no JSON': {
    edit: [worker, '"worker": {', '"worker": ['],
    says: /^syntax: /,
    line: /./,
  },
};

describe('the checks of a local tree', () => {
  it('pass for the built-in example, and all of them look at it', async () => {
    const results = await resultsOf(tree);
    expect(results.flatMap(({ faults }) => faults).map(brief)).toEqual([]);
    expect(results.filter(({ skipped }) => skipped === undefined).map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        ...['process file schema', 'role configs', 'references', 'dependencies', 'ports', 'listeners'],
        ...[
          'addresses',
          'counts',
          'time to stop',
          'process memory',
          'data folders',
          'deadlines nest',
          'metrics',
        ],
      ]),
    );
  });

  it.each(Object.entries(planted))('find %s', async (_, fault) => {
    const { found, all } = await foundIn(tree, fault);
    expect(found, all.join('\n')).toBe(true);
  });

  it('take the ports of a process of one\u2019s own for what it listens on, and its readiness check by them', async () => {
    const mine = (ready: number) =>
      edited(
        tree,
        processes,
        'processes:\n',
        `processes:\n  mine:\n    tier: mine\n    command: [ mine ]\n    grace: 1\n    ports: [ 127.0.0.1:20300 ]\n    ready: { tcp: 127.0.0.1:${ready} }\n`,
      );
    expect((await faultsOf(mine(20300))).map(brief)).toEqual([]);
    expect((await faultsOf(mine(20301))).map(({ message }) => message)).toContain(
      'process mine listens on 20300, but its readiness check asks 20301',
    );
  });

  it('take a number in a word for any, and refute a readiness check by a config only', async () => {
    const mine = (ready: number) =>
      edited(
        tree,
        processes,
        'processes:\n',
        `processes:\n  mine:\n    tier: mine\n    command: [ mine, --db.port=5432 ]\n    grace: 1\n    ports: [ 127.0.0.1:20300 ]\n    ready: { tcp: 127.0.0.1:${ready} }\n`,
      );
    expect((await faultsOf(mine(20300))).map(brief)).toEqual([]);
    expect((await faultsOf(mine(20301))).map(({ message }) => message)).toContain(
      'process mine listens on 20300, but its readiness check asks 20301',
    );
  });

  it('let a process need a tier, also its own, and no process by its name', async () => {
    const needing = (needs: string) =>
      edited(tree, processes, inProcess('redis-1', 'command:'), `$1needs: [ ${needs} ]\n    command:`);
    expect((await faultsOf(needing('queue'))).map(brief)).toEqual([]);
    expect((await faultsOf(needing('nats-1'))).map(({ message }) => message)).toContain(
      'process redis-1 waits for nats-1, which is not in the file',
    );
  });
});
