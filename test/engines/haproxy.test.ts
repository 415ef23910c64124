import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasService, processesIn, type RunningEngine, startEngine } from './engine-start.ts';

function serve(name: string): Promise<Server> {
  const server = createServer((_, response) => response.end(name));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const config = (servers: readonly Server[]) => `
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
  retries 3
frontend front
  bind "\${HEADROOM_HOST}:\${HEADROOM_PORT}"
  default_backend api
backend api
  balance roundrobin
  option redispatch 1
${servers.map((server, i) => `  server s${i} 127.0.0.1:${(server.address() as AddressInfo).port} check inter 100ms fall 2`).join('\n')}
`;

describe.skipIf(!hasService('haproxy'))('HAProxy', { timeout: 30_000 }, () => {
  let haproxy: RunningEngine;
  let servers: Server[] = [];

  beforeAll(async () => {
    servers = await Promise.all([serve('one'), serve('two')]);
    haproxy = await startEngine('haproxy', { config: config(servers) });
  }, 30_000);

  afterAll(async () => {
    await haproxy?.stop();
    for (const server of servers) server.close();
  });

  const answers = async (count: number) => {
    const seen: string[] = [];
    for (let i = 0; i < count; i += 1) seen.push(await (await request(haproxy.address)).body.text());
    return seen;
  };

  it('shares requests between the servers of the configuration that it was given', async () => {
    expect((await answers(4)).sort()).toEqual(['one', 'one', 'two', 'two']);
  });

  it('goes on without a server that is gone', async () => {
    const gone = servers[0] as Server;
    gone.closeAllConnections();
    await new Promise((resolve) => gone.close(resolve));
    expect(await answers(4)).toEqual(['two', 'two', 'two', 'two']);
  });

  it('leaves nothing running after stop', async () => {
    const folder = haproxy.nodeFolder(1);
    expect(processesIn(folder)).toHaveLength(1);
    await haproxy.stop();
    expect(processesIn(folder)).toEqual([]);
    await expect(request(haproxy.address)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('says what is wrong where the configuration is refused', async () => {
    await expect(startEngine('haproxy', { config: 'frontend f\n  bindd :1\n' })).rejects.toThrow(
      /haproxy refuses the configuration:[\s\S]*unknown keyword 'bindd'/,
    );
  });
});
