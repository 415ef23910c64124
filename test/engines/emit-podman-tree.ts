import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { kubernetesTree, type Manifest } from '../emit/kubernetes-tree.ts';
import type { Outside } from './emit-podman-kube.ts';

export const databasePassword = 'database-password';

/** Writes the emitted tree into a folder, and gives what `kubectl apply -k overlays/small` would send. */
export function builtOverlay(tree: string): Manifest[] {
  for (const [path, text] of kubernetesTree().files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const built = execFileSync('kustomize', ['build', join(tree, 'overlays/small')], { encoding: 'utf8' });
  return parseAllDocuments(built).map((document) => document.toJS());
}

/** The secrets that the README in the tree asks for. The certificate is left in the folder as tls.crt. */
export function madeSecrets(folder: string, adminKey: string): Manifest[] {
  const certificate = ['-subj', '/CN=image-resize', '-addext', 'subjectAltName=DNS:image-resize'];
  const files = ['-days', '1', '-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')];
  const how = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...certificate, ...files];
  execFileSync('openssl', how, { stdio: 'ignore' });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const users = 'user default on >data-password ~* +@all\nuser probe on nopass -@all +ping\n';
  const texts = {
    'load-balancer-tls': { 'tls.crt': read('tls.crt'), 'tls.key': read('tls.key') },
    'identity-data': { password: 'data-password', 'users.acl': users },
    'identity-admin': { adminKey },
    'identity-db-app': { password: databasePassword },
    'cold-storage': { accessKey: 'none', secretKey: 'none' },
  };
  return Object.entries(texts).map(([name, stringData]) => ({
    kind: 'Secret',
    metadata: { name },
    stringData,
  }));
}

/** The names of cold storage. Not on this machine: asked for in vain, here and nowhere else, and tried again. */
export function coldStorageIn(objects: readonly Manifest[]): Outside {
  const config = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'usage');
  const { url, bucket } = JSON.parse(config?.data['usage.json']).usage.coldStore;
  const { hostname } = new URL(url);
  return { [hostname]: '127.0.0.1', [`${bucket}.${hostname}`]: '127.0.0.1' };
}
