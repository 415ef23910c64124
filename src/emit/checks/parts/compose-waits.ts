import type { Path } from '../../schema/json-schema.ts';
import type { Doc } from '../documents.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import { mayDeclare } from './compose-declared.ts';
import { inDoc, type Wait } from './part.ts';

/** What a service of compose waits for, in the short and in the long form; not what may be missing. */
export function waitsOf(service: unknown, doc: Doc, path: Path): Wait[] {
  const needs = at(service, ['depends_on']);
  const profiles = listAt(service, ['profiles']);
  const plain = listAt(needs, []).map((each, index) => ({
    ...{ name: String(each), step: index, condition: 'service_started', isRequired: true },
  }));
  const withCondition = Object.entries(mapAt(needs, [])).map(([name, each]) => ({
    ...{ name, step: name, condition: textAt(each, ['condition']) ?? 'service_started' },
    isRequired: at(each, ['required']) !== false,
  }));
  return [...plain, ...withCondition].flatMap(({ name, step, condition, isRequired }) => {
    const other = at(doc.value, ['services', name]);
    const exists = mayDeclare(doc, 'services', name);
    if (!exists && !isRequired) return [];
    const apart = isRequired ? profileApart(other, profiles) : undefined;
    const never = apart ?? neverReady(other, condition);
    const place = inDoc(doc, [...path, 'depends_on', step]);
    return [{ name, exists, on: [name], place, ...(never === undefined ? {} : { never }) }];
  });
}

function profileApart(other: unknown, profiles: readonly unknown[]): string | undefined {
  const theirs = listAt(other, ['profiles']);
  const isApart = profiles.length === 0 || profiles.some((each) => !theirs.includes(each));
  return theirs.length > 0 && isApart ? `is only started with the profile ${theirs.join(' or ')}` : undefined;
}

function neverReady(other: unknown, condition: string): string | undefined {
  if (condition === 'service_healthy' && isUnasked(other)) return 'has no health check';
  const restart = textAt(other, ['restart']) ?? 'no';
  if (condition === 'service_completed_successfully' && /^(always|unless-stopped)$/.test(restart)) {
    return `is started again whenever it ends (restart: ${restart})`;
  }
  return undefined;
}

/** Where a service says nothing, its image or the service that it extends may; only Docker's own images never do. */
function isUnasked(service: unknown): boolean {
  const check = at(service, ['healthcheck']);
  const test = at(check, ['test']);
  if (at(check, ['disable']) === true || test === 'NONE' || at(test, [0]) === 'NONE') return true;
  if (test !== undefined || at(service, ['extends']) !== undefined || at(service, ['build']) !== undefined)
    return false;
  return /^(?:docker\.io\/)?library\//.test(textAt(service, ['image']) ?? '');
}
