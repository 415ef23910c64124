import type { Path } from '../../schema/json-schema.ts';
import type { EmittedFile } from '../../types.ts';
import { addressesIn, loopbackIn } from '../addresses.ts';
import { type Config, configsOf, roleConfigsOf } from '../configs.ts';
import { type Doc, documentsOf } from '../documents.ts';
import { bytesOf, durationOf } from '../durations.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import { holderOf, mountedConfigs, mountsOf } from './compose-mounts.ts';
import { aliasesOf, connected, wrongAmong } from './compose-network.ts';
import { publishedBy } from './compose-ports.ts';
import { fileReferences, serviceReferences } from './compose-references.ts';
import { programSockets } from './compose-sockets.ts';
import { signalOf } from './compose-stops.ts';
import { waitsOf } from './compose-waits.ts';
import { dataFolders } from './data-folders.ts';
import { type Claim, type Deployment, inDoc, ownConfigs, type Part, type Word } from './part.ts';
import { roleReferences } from './role-references.ts';
import { socketsOf } from './sockets.ts';

/** What compose starts: each compose file of a tree by itself. */
export function composeDeployments(files: readonly EmittedFile[]): Deployment[] {
  return files
    .filter(({ path }) => /(^|\/)(docker-)?compose\.ya?ml$/.test(path))
    .flatMap(documentsOf)
    .map((doc) => deploymentOf(doc, files));
}

function deploymentOf(doc: Doc, files: readonly EmittedFile[]): Deployment {
  const services = Object.entries(mapAt(doc.value, ['services']));
  const configs = configsOf(files, 'compose');
  const read = new Map(
    services.map(([name, each]) => {
      const path: Path = ['services', name];
      const reader = { service: each, mounts: mountsOf(each, doc, path), words: wordsOf(each, doc, path) };
      return [name, mountedConfigs(reader, doc, configs)] as const;
    }),
  );
  const own = ownConfigs(read, endingServices(doc));
  const alone = services.map(([name]) => partOf(name, doc, files, own.get(name) ?? []));
  const parts = connected(alone, services);
  return {
    doc,
    parts,
    known: parts.map(({ name }) => name),
    references: fileReferences(doc, files),
    addresses: [],
    addressesIn: (text) => [...addressesIn(text), ...loopbackIn(text)],
    wrongAddress: wrongAmong(parts, services, doc),
  };
}

/** Services that another one waits for until they have ended. */
function endingServices(doc: Doc): Set<string> {
  const waits = Object.values(mapAt(doc.value, ['services'])).flatMap((each) =>
    Object.entries(mapAt(each, ['depends_on'])),
  );
  const ending = waits.filter(([, each]) => textAt(each, ['condition']) === 'service_completed_successfully');
  return new Set(ending.map(([name]) => name));
}

function partOf(name: string, doc: Doc, files: readonly EmittedFile[], configs: readonly Config[]): Part {
  const path: Path = ['services', name];
  const service = at(doc.value, path);
  const mounts = mountsOf(service, doc, path);
  const words = wordsOf(service, doc, path);
  const roles = roleConfigsOf(files, 'compose');
  const found = socketsOf(configs, words, roles);
  const grace = textAt(service, ['stop_grace_period']);
  const signal = signalOf(service);
  const published = publishedBy(service, doc, path);
  return {
    ...{ name, aliases: aliasesOf(service), shown: `service ${name}` },
    ...{ place: inDoc(doc, path), configs, words },
    sockets: found.some(({ isSure }) => isSure) ? found : programSockets(service, words, found, doc, path),
    references: [
      ...serviceReferences({ service, doc, path, mounts, configs, words }, files),
      ...roleReferences(configs, words, roles),
    ],
    waits: waitsOf(service, doc, path),
    claims: [...probesOf(service, doc, path), ...published.claims],
    takes: published.takes,
    keeps: dataFolders(configs, words, roles).map((each) => ({
      ...each,
      ...holderOf(each.folder, name, service, mounts),
    })),
    grace: {
      // What compose waits where nothing is said.
      seconds: grace === undefined ? 10 : (durationOf(grace) ?? 0),
      key: 'stop_grace_period',
      place: inDoc(doc, [...path, 'stop_grace_period']),
    },
    ...(signal === undefined ? {} : { signal }),
    ...limitOf(service, doc, path),
  };
}

function limitOf(service: unknown, doc: Doc, path: Path): Pick<Part, 'limit'> {
  for (const key of [['deploy', 'resources', 'limits', 'memory'], ['mem_limit']]) {
    const bytes = bytesOf(at(service, key));
    if (bytes !== undefined) return { limit: { bytes, place: inDoc(doc, [...path, ...key]) } };
  }
  return {};
}

function wordsOf(service: unknown, doc: Doc, path: Path): Word[] {
  return ['entrypoint', 'command', 'environment'].flatMap((key) => {
    const value = at(service, [key]);
    const entries: [string | number, unknown][] =
      typeof value === 'string'
        ? value.split(/\s+/).map((each) => [key, each])
        : [...listAt(value, []).entries(), ...Object.entries(mapAt(value, []))];
    return entries.map(([step, each]) => ({
      text: key === 'environment' && typeof step === 'string' ? `${step}=${String(each)}` : String(each),
      place: inDoc(doc, typeof value === 'string' ? [...path, key] : [...path, key, step]),
    }));
  });
}

/** Ports that a health check asks, in a URL, with nc or with /dev/tcp. */
function probesOf(service: unknown, doc: Doc, path: Path): Claim[] {
  const test = at(service, ['healthcheck', 'test']);
  const text = typeof test === 'string' ? test : listAt(test, []).join(' ');
  return [...text.matchAll(/(127(?:\.\d{1,3}){3}|localhost)[:/ ](\d{2,5})\b/g)].map(
    ([, host = '', port]) => ({
      says: 'its health check asks',
      ...{ host, port: Number(port), outside: false },
      place: inDoc(doc, [...path, 'healthcheck', 'test']),
    }),
  );
}
