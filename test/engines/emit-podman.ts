import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Manifest } from '../emit/kubernetes-tree.ts';
import type { PlayedPod } from './emit-podman-kube.ts';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('../..', import.meta.url));
const baseScript = fileURLToPath(new URL('../../scripts/base-image', import.meta.url));

/** Whether the podman that is found is that of scripts/engines, with root and a storage of its own. */
export function hasOwnStorage(): boolean {
  const root = process.env['HEADROOM_ENGINES'] ?? '/opt/headroom-engines';
  const asked = spawnSync('podman', ['info', '--format', '{{.Store.GraphRoot}}'], { encoding: 'utf8' });
  const isOurs = asked.stdout.trim() === join(root, 'containers', 'storage') && process.getuid?.() === 0;
  if (!isOurs && process.env['HEADROOM_REQUIRE_ENGINES'] === '1') {
    throw new Error(`podman keeps its storage in ${asked.stdout.trim()}; run scripts/engines install podman`);
  }
  if (!isOurs) process.stderr.write('podman is not that of scripts/engines, its tests are skipped\n');
  return isOurs;
}

/** Runs podman and gives what it prints. Throws with what it says on failure. */
export async function podman(...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('podman', args, { maxBuffer: 1e8 });
    return stdout.trim();
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`podman ${args.join(' ')}: ${`${stdout}${stderr}`.slice(-4000)}`);
  }
}

/**
 * Builds the emitted Dockerfile from the sources of headroom, on a base that is made here: no image is pulled. Packages
 * come from the npm registry, or from npm's cache of this machine.
 */
export async function buildService(folder: string, tag: string, target?: string): Promise<void> {
  const npmrc = join(folder, 'npmrc');
  const authorities = process.env['NODE_EXTRA_CA_CERTS'];
  writeFileSync(
    npmrc,
    `audit=false\nfund=false\nprefer-offline=true\n${authorities ? 'cafile=/npm-authorities\n' : ''}`,
  );
  const npmCache = join(homedir(), '.npm');
  mkdirSync(npmCache, { recursive: true });
  const { stdout: base } = await run(baseScript);
  await podman(
    ...[
      'build',
      '--format',
      'docker',
      '--isolation',
      'chroot',
      '--network',
      'host',
      '--pull=never',
      '--layers=false',
    ],
    ...['--build-arg', `BASE_IMAGE=${base.trim()}`, '--tag', tag],
    ...(target ? ['--target', target] : []),
    // A registry behind a proxy, as elsewhere on this machine.
    ...['--volume', `${npmrc}:/root/.npmrc:ro`, '--volume', `${npmCache}:/root/.npm`],
    ...(authorities ? ['--volume', `${authorities}:/npm-authorities:ro`] : []),
    ...[
      '--ignorefile',
      join(folder, 'Dockerfile.dockerignore'),
      '--file',
      join(folder, 'Dockerfile'),
      sources,
    ],
  );
}

/**
 * An image with engines of this machine and the libraries that they load, and nothing else, under the name of the one
 * that a registry would give.
 */
export async function engineImage(
  folder: string,
  tag: string,
  commands: readonly string[],
  entrypoint: readonly string[] = [],
): Promise<void> {
  const system = join(folder, 'system');
  mkdirSync(join(system, 'usr/local/bin'), { recursive: true });
  mkdirSync(join(system, 'tmp'));
  chmodSync(join(system, 'tmp'), 0o1777);
  for (const command of commands) {
    const found = execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim();
    const program = realpathSync(found);
    execFileSync('cp', [program, join(system, 'usr/local/bin', command)]);
    for (const library of librariesOf(program)) {
      execFileSync('cp', ['--dereference', '--parents', '--update', library, system]);
    }
  }
  const packed = join(folder, 'system.tar');
  execFileSync('tar', ['-C', system, '-cf', packed, '.']);
  const changes = [
    'ENV PATH=/usr/local/bin',
    ...(entrypoint.length > 0 ? [`ENTRYPOINT ${JSON.stringify(entrypoint)}`] : []),
  ];
  await podman('import', ...changes.flatMap((change) => ['--change', change]), packed, tag);
  rmSync(system, { recursive: true });
}

/** The files that the loader maps for a program; none for one that is linked statically. */
function librariesOf(program: string): string[] {
  try {
    const listed = execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return [...listed.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, file = '']) => file).filter(existsSync);
  } catch {
    return [];
  }
}

/** Starts a pod in a network, where it is found by the names of its Services. */
export async function play(folder: string, network: string, pod: PlayedPod): Promise<void> {
  const file = join(folder, `${pod.name}.yaml`);
  writeFileSync(file, pod.manifest);
  const aliases = [...new Set(pod.names)].map((name) => `alias=${name}`).join(',');
  await podman('play', 'kube', '--network', `${network}:${aliases}`, file);
}

/** The container of a pod: each of ours has one. */
export const containerOf = ({ name, container }: PlayedPod): string => `${name}-${container.name}`;

/** The address of a pod in its network. */
export async function addressOf(pod: PlayedPod): Promise<string> {
  const infra = await podman('pod', 'inspect', pod.name, '--format', '{{.InfraContainerID}}');
  return podman('inspect', infra, '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}');
}

/** Asks the emitted readiness probe, as a kubelet would; what is amiss, or nothing. */
async function unreadiness(pod: PlayedPod): Promise<string | undefined> {
  const { readinessProbe, ports } = pod.container;
  try {
    if (readinessProbe.exec) {
      await podman('exec', containerOf(pod), ...readinessProbe.exec.command);
      return undefined;
    }
    const { path, port } = readinessProbe.httpGet;
    const number = ports.find(({ name }: Manifest) => name === port).containerPort;
    const answer = await fetch(`http://${await addressOf(pod)}:${number}${path}`);
    return answer.ok ? undefined : `${pod.name}: ${answer.status} ${await answer.text()}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return `${pod.name}: ${cause ?? message}`;
  }
}

/** What a pod says of itself under the name of a metric, labels included. */
export async function figureOf(pod: PlayedPod, port: number, metric: string): Promise<number> {
  const text = await (await fetch(`http://${await addressOf(pod)}:${port}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${metric} `));
  return Number(line?.split(' ')[1]);
}

/** The end of what a pod said. */
function logOf(pod: PlayedPod): string {
  const { stdout, stderr } = spawnSync('podman', ['logs', '--tail', '20', containerOf(pod)], {
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`;
}

/** Waits until the readiness probes of all pods say yes. Throws with the end of the log of the first that does not. */
export async function untilReady(pods: readonly PlayedPod[], seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (const pod of pods) {
    let amiss = await unreadiness(pod);
    while (amiss !== undefined) {
      if (Date.now() > deadline) throw new Error(`${amiss}\n${logOf(pod)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
      amiss = await unreadiness(pod);
    }
  }
}
