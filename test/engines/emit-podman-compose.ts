import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { Manifest } from '../emit/kubernetes-tree.ts';
import { parsed, smallInput, smallTree } from '../emit/local-tree.ts';
import { podman } from './emit-podman.ts';

const run = promisify(execFile);
const project = 'headroom-test-compose';

/** The services of the emitted compose file whose images are here, by their names. */
type Services = Readonly<Record<string, Manifest>>;

/** What is not started: its image cannot be made here, or it works for one that is not started. */
const left = /^(cassandra|usage-schema|s3|keeper|identity|billing|prometheus|alertmanager|volumes)/;

/**
 * Starts the emitted compose file in a folder, with what podman-compose 1.0.3 needs: `depends_on` names only what is
 * started and has no conditions, since those wait for health, which podman looks at with systemd only; and
 * no network is declared that nothing uses.
 */
export async function composeUp(folder: string): Promise<Services> {
  const tree = smallTree(smallInput('compose'));
  for (const [path, text] of tree) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  execFileSync('sh', ['make-secrets'], { cwd: folder });
  const compose = parsed<Manifest>(tree, 'compose.yaml');
  const kept: [string, Manifest][] = Object.entries<Manifest>(compose.services)
    .filter(([name]) => !left.test(name))
    .map(([name, service]) => {
      const needed = Object.keys(service.depends_on ?? {}).filter((each) => !left.test(each));
      return [name, { ...service, depends_on: needed }];
    });
  const services = Object.fromEntries(kept);
  const used = new Set(kept.flatMap(([, service]) => service.networks));
  const networks = Object.fromEntries(Object.entries(compose.networks).filter(([name]) => used.has(name)));
  writeFileSync(join(folder, 'compose.yaml'), stringify({ ...compose, services, networks }));
  await run('podman-compose', ['-p', project, 'up', '-d'], { cwd: folder, maxBuffer: 1e8 });
  return services;
}

/** Stops all, and removes containers, volumes and networks. */
export async function composeDown(folder: string): Promise<void> {
  await run('podman-compose', ['-p', project, 'down', '-v', '-t', '1'], { cwd: folder, maxBuffer: 1e8 });
  // Which it leaves.
  const networks = await podman('network', 'ls', '--quiet', '--filter', `name=${project}_`);
  if (networks !== '') await podman('network', 'rm', '--force', ...networks.split('\n'));
}

export const composeContainer = (service: string): string => `${project}_${service}_1`;
