import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { choose } from '../../src/supervise/chosen.ts';
import { prepare } from '../../src/supervise/fill.ts';
import type { ProcessEvent } from '../../src/supervise/keep.ts';
import { type ProcessFile, readProcessFile } from '../../src/supervise/process-file.ts';
import { type Deployment, supervise } from '../../src/supervise/supervise.ts';

type Written = Readonly<Record<string, unknown>>;

/** A process that answers on a port, notes its start and its end in a file, and ends as it is told. */
const server = `
const [port, name, file, ending = 'gracefully'] = process.argv.slice(2);
const { appendFileSync } = require('node:fs');
const note = (what) => appendFileSync(file, what + ' ' + name + '\\n');
const http = require('node:http').createServer((request, response) => {
  response.end(String(process.pid));
  if (request.url === '/crash') process.exit(3);
});
http.listen(Number(port), '127.0.0.1', () => note('up'));
process.on('SIGTERM', () => {
  if (ending === 'never') return;
  note('down');
  process.exit(0);
});
`;

/** A folder with a process file, gone after the test. */
export function deploymentFolder(processes: Written, more: Written = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'headroom-up-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  chmodSync(dir, 0o711);
  writeFileSync(join(dir, 'server.cjs'), server);
  const file = {
    ...{ schema: 'headroom/processes/v1', name: 'test', run: 'run', address: 'http://127.0.0.1:1' },
    ...{ patience: 20, restart: { first: 0.05, most: 0.4 }, processes, ...more },
  };
  writeFileSync(join(dir, 'processes.yaml'), stringify(file));
  return dir;
}

/** A server of the fixture as a process of a tier. */
export function serverOn(port: number, name: string, more: Written = {}): Written {
  const { ending = [], ...rest } = more as { ending?: readonly string[] };
  return {
    tier: name,
    command: [`\${node}`, 'server.cjs', String(port), name, 'events', ...ending],
    ready: { http: `http://127.0.0.1:${port}/` },
    ports: [`127.0.0.1:${port}`],
    grace: 5,
    ...rest,
  };
}

export interface Started {
  readonly deployment: Deployment;
  readonly events: readonly ProcessEvent[];
}

/** Runs the folder's process file, and ends it after the test. */
export async function start(dir: string, signal = new AbortController().signal): Promise<Started> {
  const events: ProcessEvent[] = [];
  const file: ProcessFile = readProcessFile(dir, 'test');
  const chosen = choose(file, () => true);
  const ground = { dir, node: process.execPath, service: '/nowhere', folderOf: () => '/programs' };
  const fill = prepare(file, ground, chosen.sets);
  const programs = () => undefined;
  const tell = (event: ProcessEvent) => void events.push(event);
  const deployment = await supervise({ dir, file, chosen, fill, programs, tell }, signal);
  onTestFinished(() => deployment.stop());
  return { deployment, events };
}

/** What the servers noted, in order. */
export function notedIn(dir: string): string[] {
  return readFileSync(join(dir, 'events'), 'utf8').trim().split('\n');
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const probe = createServer();
      return new Promise<typeof probe>((resolve) => probe.listen(0, '127.0.0.1', () => resolve(probe)));
    }),
  );
  const ports = servers.map((each) => (each.address() as { port: number }).port);
  await Promise.all(servers.map((each) => new Promise((resolve) => each.close(resolve))));
  return ports;
}

export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('did not happen within 10 s');
}
