import { isObject } from '../schema/json-schema.ts';
import type { EmittedFile, Target } from '../types.ts';
import { type Doc, documentsOf } from './documents.ts';
import { clustersOf } from './kubernetes/cluster.ts';
import { mapAt } from './values.ts';

/** A config that an engine or a role reads: a file, or an entry of a ConfigMap. */
export interface Config {
  /** The file that holds it. */
  readonly path: string;
  /** Its own name: `haproxy.cfg`, `api.json`. */
  readonly name: string;
  readonly text: string;
  /** Name of the ConfigMap or compose config that holds it. */
  readonly holder?: string;
  /** Which of several overlays it belongs to. */
  readonly cluster: number;
  /** Line in the holding file of a line of the text; both 1-based. */
  lineOf(line: number): number;
}

/** A config file of a role of the service, by its `schema`. */
export interface RoleConfig extends Config {
  readonly value: Readonly<Record<string, unknown>>;
  readonly doc: Doc;
}

const known = new WeakMap<readonly EmittedFile[], readonly Config[]>();
const knownRoles = new WeakMap<readonly EmittedFile[], readonly RoleConfig[]>();

/** Every config of a tree. */
export function configsOf(files: readonly EmittedFile[], target: Target): readonly Config[] {
  const found = known.get(files) ?? readConfigs(files, target);
  known.set(files, found);
  return found;
}

function readConfigs(files: readonly EmittedFile[], target: Target): Config[] {
  if (target === 'kubernetes') return configMaps(files);
  const whole = files
    .filter(({ path }) => !/(^|\/)README\.md$/.test(path))
    .map((file) => ({
      path: file.path,
      name: file.path.split('/').at(-1) ?? file.path,
      text: file.text,
      cluster: 0,
      lineOf: (line: number) => line,
    }));
  return [...whole, ...files.flatMap(composeConfigs)];
}

/** Configs of roles among others. */
export function roleConfigsOf(files: readonly EmittedFile[], target: Target): readonly RoleConfig[] {
  const found = knownRoles.get(files) ?? readRoleConfigs(files, target);
  knownRoles.set(files, found);
  return found;
}

/** The role whose config this is; undefined where it is an engine's. */
export function roleOf(config: Config, roles: readonly RoleConfig[]): RoleConfig | undefined {
  return roles.find(
    ({ path, name, holder, cluster }) =>
      path === config.path && name === config.name && holder === config.holder && cluster === config.cluster,
  );
}

function readRoleConfigs(files: readonly EmittedFile[], target: Target): RoleConfig[] {
  return configsOf(files, target).flatMap((config) => {
    if (!/\.(json|ya?ml)$/.test(config.name) || !config.text.includes('headroom/service-config/')) return [];
    const [doc] = documentsOf({ path: `${config.path}:${config.name}`, text: config.text, reads: [] });
    return doc !== undefined && isObject(doc.value) && 'schema' in doc.value
      ? [{ ...config, value: doc.value, doc }]
      : [];
  });
}

function configMaps(files: readonly EmittedFile[]): Config[] {
  return clustersOf(files).flatMap(({ objects }, cluster) =>
    objects
      .filter(({ kind }) => kind === 'ConfigMap')
      .flatMap(({ doc, value, name: holder }) =>
        Object.entries(mapAt(value, ['data'])).map(([name, text]) => ({
          path: doc.file.path,
          name,
          text: String(text),
          holder,
          cluster,
          // A block begins on the line below its key.
          lineOf: (line: number) => doc.lineOf(['data', name]) + line,
        })),
      ),
  );
}

function composeConfigs(file: EmittedFile): Config[] {
  if (!/(^|\/)(docker-)?compose\.ya?ml$/.test(file.path)) return [];
  return documentsOf(file).flatMap((doc) =>
    Object.entries(mapAt(doc.value, ['configs'])).flatMap(([holder, config]) =>
      isObject(config) && typeof config['content'] === 'string'
        ? [
            {
              path: file.path,
              name: holder,
              text: config['content'],
              holder,
              cluster: 0,
              lineOf: (line: number) => doc.lineOf(['configs', holder, 'content']) + line,
            },
          ]
        : [],
    ),
  );
}
