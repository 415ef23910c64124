import type { Path } from '../../schema/json-schema.ts';
import type { EmittedFile } from '../../types.ts';
import { type Address, loopbackIn } from '../addresses.ts';
import { type Config, configsOf, roleConfigsOf } from '../configs.ts';
import { type Doc, documentsOf } from '../documents.ts';
import { at, listAt, mapAt, numberAt, textAt } from '../values.ts';
import { dataFolders } from './data-folders.ts';
import { readBy } from './local-files.ts';
import { processReferences, tableReferences } from './local-references.ts';
import { type Claim, type Deployment, inDoc, ownConfigs, type Part, type Wait, type Word } from './part.ts';
import { roleReferences } from './role-references.ts';
import { otherProtocol, socketsOf } from './sockets.ts';

/** What `headroom up` starts: each process file of a tree by itself. */
export function localDeployments(files: readonly EmittedFile[]): Deployment[] {
  return files
    .filter(({ path }) => /(^|\/)processes\.ya?ml$/.test(path))
    .flatMap(documentsOf)
    .map((doc) => deploymentOf(doc, files));
}

function deploymentOf(doc: Doc, files: readonly EmittedFile[]): Deployment {
  const names = Object.keys(mapAt(doc.value, ['processes']));
  const configs = configsOf(files, 'local');
  const read = new Map(
    names.map((name) => {
      const paths = new Set(filesOf(name, doc, files).map(({ path }) => path));
      return [name, configs.filter(({ path }) => paths.has(path))] as const;
    }),
  );
  const ending = names.filter((name) => at(doc.value, ['processes', name, 'once']) === true);
  const own = ownConfigs(read, new Set(ending));
  const parts = names.map((name) => partOf(name, doc, files, own.get(name) ?? []));
  const tiers = names.flatMap((name) => textAt(doc.value, ['processes', name, 'tier']) ?? []);
  const replaced = listAt(doc.value, ['missing']).map((_, index): Path => ['missing', index, 'address']);
  return {
    doc,
    parts,
    known: [...new Set(tiers)],
    references: tableReferences(doc, files),
    addresses: [['address'], ...replaced].flatMap((path) => {
      const text = textAt(doc.value, path);
      return text === undefined ? [] : [{ text, place: inDoc(doc, path) }];
    }),
    addressesIn: loopbackIn,
    wrongAddress: (address) => wrongAddress(address, parts),
  };
}

function filesOf(name: string, doc: Doc, files: readonly EmittedFile[]) {
  const path: Path = ['processes', name];
  return readBy(wordsOf(at(doc.value, path), doc, path), doc, files);
}

function partOf(name: string, doc: Doc, files: readonly EmittedFile[], configs: readonly Config[]): Part {
  const path: Path = ['processes', name];
  const value = at(doc.value, path);
  const words = wordsOf(value, doc, path);
  const roles = roleConfigsOf(files, 'local');
  const found = socketsOf(configs, words, roles);
  const declared = listAt(value, ['ports']).map((each, index) => ({
    ...addressOf(String(each)),
    place: inDoc(doc, [...path, 'ports', index]),
  }));
  return {
    ...{ name, aliases: [], shown: `process ${name}`, place: inDoc(doc, path), configs, words, declared },
    // Where no config says what it listens on, its ports do.
    sockets: found.some(({ isSure }) => isSure)
      ? found
      : declared.map((each) => ({ ...each, local: false, isSure: true })),
    beside: [],
    references: [
      ...processReferences({ doc, words, read: readBy(words, doc, files), configs }, files),
      ...roleReferences(configs, words, roles),
    ],
    keeps: dataFolders(configs, words, roles).map((each) => ({ ...each, where: each.folder })),
    waits: waitsOf(name, doc),
    claims: [
      ...readinessOf(value, doc, path),
      ...declared.map((each) => ({ says: 'its ports have', ...each, outside: false })),
    ],
    takes: declared.map(({ host, port, place }) => ({ address: `${host}:${port}`, place })),
    networks: [],
    grace: {
      seconds: numberAt(value, ['grace']) ?? 0,
      key: 'grace',
      place: inDoc(doc, [...path, 'grace']),
    },
    signal: textAt(value, ['signal']) ?? 'SIGTERM',
  };
}

function wordsOf(value: unknown, doc: Doc, path: Path): Word[] {
  const command = listAt(value, ['command']).map((each, index) => ({
    text: String(each),
    place: inDoc(doc, [...path, 'command', index]),
  }));
  const env = Object.entries(mapAt(value, ['env'])).map(([key, each]) => ({
    text: `${key}=${String(each)}`,
    place: inDoc(doc, [...path, 'env', key]),
  }));
  return [...command, ...env];
}

/** Every process of a tier that it needs, and the one before it in its sequence. */
function waitsOf(name: string, doc: Doc): Wait[] {
  const processes = Object.entries(mapAt(doc.value, ['processes']));
  const value = at(doc.value, ['processes', name]);
  const needed = listAt(value, ['needs']).map((each, index) => {
    const of = processes.filter(([other, spec]) => other !== name && textAt(spec, ['tier']) === each);
    const unasked = of.find(
      ([, other]) => at(other, ['ready']) === undefined && at(other, ['once']) !== true,
    );
    return {
      name: String(each),
      exists: processes.some(([, spec]) => textAt(spec, ['tier']) === each),
      on: of.map(([other]) => other),
      place: inDoc(doc, ['processes', name, 'needs', index]),
      ...(unasked === undefined ? {} : { never: `is not asked whether it is ready (${unasked[0]})` }),
    };
  });
  const sequence = textAt(value, ['sequence']);
  const index = processes.findIndex(([other]) => other === name);
  const before = processes
    .slice(0, index)
    .findLast(([, other]) => sequence !== undefined && textAt(other, ['sequence']) === sequence)?.[0];
  if (before === undefined) return needed;
  const place = inDoc(doc, ['processes', name, 'sequence']);
  return [...needed, { name: before, exists: true, on: [before], place }];
}

function readinessOf(value: unknown, doc: Doc, path: Path): Claim[] {
  return ['http', 'tcp'].flatMap((way) => {
    const text = textAt(value, ['ready', way]);
    if (text === undefined) return [];
    const place = inDoc(doc, [...path, 'ready', way]);
    return [{ says: 'its readiness check asks', ...addressOf(text), outside: false, place }];
  });
}

function addressOf(text: string): { host: string; port: number } {
  const [, host = '', port = '0'] = /^(?:\w+:\/\/)?([^/:]*):(\d+)/.exec(text) ?? [];
  return { host: sameHost(host), port: Number(port) };
}

function sameHost(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host;
}

function wrongAddress(address: Address, parts: readonly Part[]): string | undefined {
  const { host, port, scheme } = address;
  const found = parts.find(({ declared = [] }) =>
    declared.some((each) => each.port === port && each.host === sameHost(host)),
  );
  if (found === undefined) return `${host}:${port} is named here, and no process has it among its ports`;
  const spoken = otherProtocol(address, found.sockets);
  return spoken && `${scheme}://${host}:${port} is named here, but ${found.shown} speaks ${spoken} there`;
}
