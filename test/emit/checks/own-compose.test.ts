import { describe, expect, it } from 'vitest';
import { emittedTree, saidOf } from './tree.ts';

const example = emittedTree('compose');

interface Case {
  /** Below `services:` of a compose file. */
  readonly valid: string;
  /** The same with a mistake. */
  readonly mistaken: string;
  readonly says: RegExp;
  /** Other files, and what stands beside the services. */
  readonly files?: Readonly<Record<string, string>>;
  readonly beside?: string;
  readonly above?: string;
}

const proxy = { 'haproxy/haproxy.cfg': 'defaults\n  mode http\nfrontend a\n  bind :8080\n' };
const mounted = 'volumes: [ ./haproxy/haproxy.cfg:/etc/haproxy/haproxy.cfg ]';
const prometheus = { 'prometheus/prometheus.yml': 'rule_files: [ /etc/prometheus/rules.yaml ]\n' };

const cases: Readonly<Record<string, Case>> = {
  'a port of somebody else in a word': {
    valid: 'a: { image: x/a, command: [ a, --db.port=5432 ], ports: [ 8080:8080 ] }',
    mistaken: `a: { image: x/a, command: [ a, --db.port=5432 ], ports: [ 8081:8081 ], ${mounted} }`,
    says: /^ports: service a listens on 5432, 8080, but it publishes 8081/,
    files: proxy,
  },
  'a port that a word adds to those of a config': {
    valid: `a: { image: x/a, command: [ a, -m, "8222" ], ports: [ 8222:8222 ], ${mounted} }`,
    mistaken: `a: { image: x/a, command: [ a, -m, "8222" ], ports: [ 8223:8223 ], ${mounted} }`,
    says: /^ports: service a listens on 8080, but it publishes 8223/,
    files: proxy,
  },
  'an engine without a config of its own': {
    valid: 'a: { image: redis, ports: [ 7000:7000 ] }',
    mistaken: 'a: { image: prom/prometheus, ports: [ 7000:7000 ] }',
    says: /^ports: service a listens on 9090, but it publishes 7000/,
  },
  'a port of the machine for two protocols': {
    valid: `a: { image: x/a, ports: [ 53:53/tcp, 53:53/udp, { target: 54, published: 53, protocol: sctp } ] }`,
    mistaken: 'a: { image: x/a, ports: [ 53:53/udp, { target: 54, published: 53, protocol: udp } ] }',
    says: /^ports: service a takes 0\.0\.0\.0:53\/udp, which service a has/,
  },
  'mounts without a source': {
    valid:
      'a: { image: x/a, volumes: [ /cache, { type: tmpfs, target: /scratch }, { type: volume, target: /data } ] }',
    mistaken: 'a: { image: x/a, volumes: [ { type: volume, source: cache, target: /data } ] }',
    says: /^references: service a names the volume cache/,
  },
  'data in a volume that is made for the service': {
    valid: 'a: { image: x/a, command: [ --storage.path=/data/x ], volumes: [ /data/ ] }',
    mistaken: 'a: { image: x/a, command: [ --storage.path=/date/x ], volumes: [ /data/ ] }',
    says: /^data folders: service a keeps data in \/date\/x, which is on no volume/,
  },
  'mounts of folders': {
    valid:
      'a: { image: x/a, volumes: [ ./haproxy/:/etc/haproxy/:ro, ".:/src", ./data:/data, ../above.cfg:/b.cfg ] }',
    mistaken: 'a: { image: x/a, volumes: [ ./proxy/haproxy.cfg:/etc/haproxy/haproxy.cfg ] }',
    says: /^references: service a names the file \.\/proxy\/haproxy\.cfg/,
    files: proxy,
  },
  'a mount that says its kind': {
    valid:
      'a: { image: x/a, volumes: [ { type: bind, source: haproxy/haproxy.cfg, target: /etc/haproxy/haproxy.cfg } ] }',
    mistaken:
      'a: { image: x/a, volumes: [ { type: bind, source: haproxy/proxy.cfg, target: /etc/haproxy/haproxy.cfg } ] }',
    says: /^references: service a names the file haproxy\/proxy\.cfg/,
    files: proxy,
  },
  'a variable with a colon in a mount': {
    valid: `a: { image: x/a, command: [ --storage.path=/data ], volumes: [ "\${DATA:-./x}:/data" ] }`,
    mistaken: `a: { image: x/a, command: [ --storage.path=/data ], volumes: [ "\${DATA:-./x}:/date" ] }`,
    says: /^data folders: service a keeps data in \/data/,
  },
  'a config in a mounted folder': {
    valid: 'a: { image: x/a, ports: [ 8080:8080 ], volumes: [ ./haproxy:/etc/haproxy ] }',
    mistaken: 'a: { image: x/a, ports: [ 8081:8081 ], volumes: [ ./haproxy:/etc/haproxy ] }',
    says: /^ports: service a listens on 8080, but it publishes 8081/,
    files: proxy,
  },
  'one of the configs in a mounted folder': {
    valid: 'a: { image: x/a, ports: [ 2:2 ], command: [ -f, /c/haproxy-2.cfg ], volumes: [ ./proxies:/c ] }',
    mistaken:
      'a: { image: x/a, ports: [ 3:3 ], command: [ -f, /c/haproxy-2.cfg ], volumes: [ ./proxies:/c ] }',
    says: /^ports: service a listens on 2, but it publishes 3/,
    files: {
      'proxies/haproxy-2.cfg': 'listen a\n  bind :2\n',
      'proxies/haproxy-3.cfg': 'listen a\n  bind :4\n',
    },
  },
  'a file that the image has': {
    valid: 'a: { image: x/a, command: [ -c, /etc/a/a.conf ], volumes: [ ./x/a.d:/etc/a/conf.d ] }',
    mistaken:
      'a: { image: x/a, command: [ -c, /etc/haproxy/proxy.cfg ], volumes: [ ./haproxy/haproxy.cfg:/etc/haproxy/haproxy.cfg ] }',
    says: /^references: service a names the file \/etc\/haproxy\/proxy\.cfg/,
    files: proxy,
  },
  'a file of the list of configs': {
    valid:
      'a: { image: x/a, command: [ -c, /etc/prometheus/prometheus.yml ], configs: [ { source: p, target: /etc/prometheus/prometheus.yml }, { source: r, target: /etc/prometheus/rules.yaml } ] }',
    mistaken:
      'a: { image: x/a, command: [ -c, /etc/prometheus/prometheus.yml ], configs: [ { source: p, target: /etc/prometheus/prometheus.yml }, { source: r, target: /etc/prometheus/rule.yaml } ] }',
    says: /^references: service a names the file \/etc\/prometheus\/rules\.yaml/,
    files: { ...prometheus, 'rules.yaml': 'groups: []\n' },
    beside: 'configs: { p: { file: ./prometheus/prometheus.yml }, r: { file: ./rules.yaml } }',
  },
  'a secret at a path of its own': {
    valid:
      'a: { image: x/a, command: [ cat, /run/secrets/b ], secrets: [ { source: s, target: /run/secrets/b } ] }',
    mistaken:
      'a: { image: x/a, command: [ cat, /run/secrets/c ], secrets: [ { source: s, target: /run/secrets/b } ] }',
    says: /^references: service a names the secret c/,
    beside: 'secrets: { s: { file: ../s } }',
  },
  'health that the image asks': {
    valid:
      'a: { image: x/a, depends_on: { b: { condition: service_healthy } } }\n  b: { image: example.com/own/b }',
    mistaken:
      'a: { image: x/a, depends_on: { b: { condition: service_healthy } } }\n  b: { image: b, healthcheck: { disable: true } }',
    says: /^dependencies: service a waits for b, which has no health check/,
  },
  'health that another service asks': {
    valid:
      'a: { image: x/a, depends_on: { b: { condition: service_healthy } } }\n  b: { extends: { file: b.yaml, service: b } }',
    mistaken:
      'a: { image: x/a, depends_on: { b: { condition: service_healthy } } }\n  b: { image: x/b, healthcheck: { test: [ NONE ] } }',
    says: /^dependencies: service a waits for b, which has no health check/,
  },
  'a service that may be missing': {
    valid: 'a: { image: x/a, depends_on: { b: { condition: service_started, required: false } } }',
    mistaken: 'a: { image: x/a, depends_on: { b: { condition: service_started } } }',
    says: /^dependencies: service a waits for b, which is not in the file/,
  },
  'a network of another service': {
    valid: `a: { image: x/a, networks: [ n ], ports: [ 8080:8080 ] }\n  b: { image: x/b, network_mode: "service:a", ${mounted}, environment: { C: "http://c:80" } }\n  c: { image: x/c, networks: [ n ], environment: { B: "http://a:8080" } }`,
    mistaken: `a: { image: x/a, networks: [ m ], ports: [ 8080:8080 ] }\n  b: { image: x/b, network_mode: "service:a", ${mounted} }\n  c: { image: x/c, networks: [ n ], environment: { B: "http://b:8080" } }`,
    says: /^addresses: b is named here, but service c is on no network of service b/,
    files: proxy,
    beside: 'networks: { n: {}, m: {} }',
  },
  'ports of two services at one address': {
    valid: `a: { image: x/a, ${mounted}, ports: [ 9090:9090 ] }\n  b: { image: prom/prometheus, network_mode: "service:a" }`,
    mistaken: `a: { image: x/a, ${mounted}, ports: [ 9091:9091 ] }\n  b: { image: prom/prometheus, network_mode: "service:a" }`,
    says: /^ports: service a listens on 8080, 9090, but it publishes 9091/,
    files: proxy,
  },
  'a network of the machine': {
    valid: `a: { image: x/a, network_mode: host, ${mounted}, command: [ a, "http://localhost:7000" ], healthcheck: { test: "nc 127.0.0.1 7001" } }\n  b: { image: x/b, environment: { A: "http://a:9000" } }`,
    mistaken: `a: { image: x/a, ${mounted}, healthcheck: { test: "nc 127.0.0.1 7001" } }`,
    says: /^ports: service a listens on 8080, but its health check asks 7001/,
    files: proxy,
  },
  'a proxy of bytes': {
    valid: `a: { image: x/a, ${mounted} }\n  b: { image: x/b, environment: { A: "redis://a:6379" } }`,
    mistaken: `a: { image: x/a, ${mounted} }\n  b: { image: x/b, environment: { A: "redis://a:80" } }`,
    says: /^addresses: redis:\/\/a:80 is named here, but service a speaks http there/,
    files: {
      'haproxy/haproxy.cfg':
        'defaults\n  mode http\nfrontend a\n  bind :80,:443\nlisten b\n  mode tcp\n  bind ipv4@:6379\n',
    },
  },
  'Redis with TLS': {
    valid: 'a: { image: x/a, ports: [ 6380:6380 ], volumes: [ ./redis.conf:/redis.conf ] }',
    mistaken: 'a: { image: x/a, ports: [ 6379:6379 ], volumes: [ ./redis.conf:/redis.conf ] }',
    says: /^ports: service a listens on 6380, but it publishes 6379/,
    files: { 'redis.conf': 'port 0\ntls-port 6380\n' },
  },
  'an engine under another name of its service': {
    valid: 'a: { image: x/a, hostname: ring-1, volumes: [ ./cassandra.yaml:/c/cassandra.yaml ] }',
    mistaken: 'a: { image: x/a, hostname: ring-2, volumes: [ ./cassandra.yaml:/c/cassandra.yaml ] }',
    says: /^listeners: service a listens as ring-1/,
    files: { 'cassandra.yaml': 'storage_port: 7000\nlisten_address: ring-1\n' },
  },
  'a name that two services have': {
    valid: `b: { image: x/b, networks: { n: { aliases: [ both ] } }, environment: { A: "both:9000" } }\n  a: { image: x/a, ${mounted}, networks: { n: { aliases: [ both ] } } }`,
    mistaken: `b: { image: x/b, networks: [ n ], environment: { A: "both:9000" } }\n  a: { image: x/a, ${mounted}, networks: { n: { aliases: [ both ] } } }`,
    says: /^addresses: both:9000 is named here, but service a listens on 8080/,
    files: proxy,
    beside: 'networks: { n: {} }',
  },
  'a service that merges another value in': {
    valid:
      'a: { <<: *common, depends_on: { b: { condition: service_healthy } } }\n  b: { <<: *common, healthcheck: { test: b } }',
    mistaken:
      'a: { <<: *common, depends_on: { b: { condition: service_healthy } } }\n  b: { <<: *common, healthcheck: { disable: true } }',
    says: /^dependencies: service a waits for b, which has no health check/,
    above: 'x-common: &common { image: x/a, restart: always }',
  },
  'what another file may have': {
    valid:
      'a: { image: x/a, networks: [ n ], volumes: [ v:/v ], depends_on: [ b ], environment: { B: "b:80" } }\ninclude: [ b.yaml ]',
    mistaken: 'a: { image: x/a, networks: [ n ], volumes: [ v:/v ], depends_on: [ b ] }',
    says: /^dependencies: service a waits for b, which is not in the file/,
  },
  'a signal by its short name': {
    valid: `a: { image: x/a, stop_signal: USR1, ${mounted} }`,
    mistaken: `a: { image: x/a, stop_signal: TERM, ${mounted} }`,
    says: /^time to stop: service a is stopped with SIGTERM/,
    files: proxy,
  },
  'a signal by its number': {
    valid: `a: { image: x/a, stop_signal: "10", ${mounted} }`,
    mistaken: `a: { image: x/a, stop_signal: "15", ${mounted} }`,
    says: /^time to stop: service a is stopped with SIGTERM/,
    files: proxy,
  },
};

describe('in a compose file of one\u2019s own', () => {
  it.each(Object.entries(cases))('%s is no fault, and a mistake in it is', async (_, each) => {
    const said = (services: string) =>
      saidOf(example, {
        ...each.files,
        'compose.yaml': `${each.above ?? ''}\nservices:\n  ${services}\n${each.beside ?? ''}\n`,
      });
    expect(await said(each.valid)).toEqual([]);
    expect(await said(each.mistaken)).toContainEqual(expect.stringMatching(each.says));
  });
});
