import { isObject } from '../../schema/json-schema.ts';
import { type Config, type RoleConfig, roleOf } from '../configs.ts';
import { listAt, textAt } from '../values.ts';
import { inConfig, type Reference, type Word } from './part.ts';

/** What a role of the service is called: by the command that starts it, by its config and by its peers. */
export function roleReferences(
  configs: readonly Config[],
  words: readonly Word[],
  roles: readonly RoleConfig[],
): Reference[] {
  const own = configs.flatMap((config) => roleOf(config, roles) ?? []);
  return [...sections(own, words), ...own.flatMap(nodes), ...own.flatMap((role) => peers(role, roles))];
}

/** `api --config FILE`: the file has a section for that role, which a process of another kind has no word for. */
function sections(own: readonly RoleConfig[], words: readonly Word[]): Reference[] {
  const at = words.findIndex(({ text }) => text === '--config');
  const word = words[at - 1];
  if (own.length === 0 || word === undefined || !/^[a-z]+$/.test(word.text) || word.text === 'all') return [];
  const exists = own.some(({ value }) => isObject(value[word.text]));
  const advice = 'give the name of a role that its config has a section for';
  return [{ place: word.place, kind: 'role', name: word.text, exists, advice }];
}

/** A node is one of those that it is told to be among. */
function nodes(role: RoleConfig): Reference[] {
  return [
    ['api', 'peers'],
    ['identity', 'keeper', 'nodes'],
  ].flatMap((path) => {
    const among = listAt(role.value, path).map((each) => textAt(each, ['node']));
    const key = [...path.slice(0, -1), 'node'];
    const name = textAt(role.value, key);
    if (name === undefined || among.length === 0) return [];
    const place = inConfig(role, role.doc.lineOf(key));
    const advice = `give the name that it has below ${path.join('.')}`;
    return [{ place, kind: 'node', name, exists: among.includes(name), advice }];
  });
}

/** Whom an API server knows are API servers. */
function peers(role: RoleConfig, roles: readonly RoleConfig[]): Reference[] {
  const known = roles.map(({ value }) => textAt(value, ['api', 'node']));
  return listAt(role.value, ['api', 'peers']).flatMap((each, index) => {
    const name = textAt(each, ['node']);
    if (name === undefined) return [];
    const place = inConfig(role, role.doc.lineOf(['api', 'peers', index, 'node']));
    return [
      { place, kind: 'peer', name, exists: known.includes(name), advice: 'give the node of an API server' },
    ];
  });
}
