import { isObject } from '../../schema/json-schema.ts';
import { textAt } from '../values.ts';

/** By what Kubernetes tells the items of a list apart when it merges a patch, in the order of precedence. */
const mergeKeys = ['name', 'containerPort', 'port', 'mountPath', 'topologyKey', 'key', 'ip'];

/**
 * A value with a patch on it: a strategic merge where it is an object, RFC 6902 where it is a list of operations.
 * Undefined where the patch deletes it.
 */
export function merged(value: unknown, patch: unknown): unknown {
  if (Array.isArray(patch) && patch.every((each) => textAt(each, ['op']) !== undefined)) {
    return patch.reduce((result, operation) => operated(result, operation), structuredClone(value));
  }
  return strategic(value, patch);
}

function strategic(value: unknown, patch: unknown): unknown {
  if (patch === null) return undefined;
  if (isObject(patch)) return mergedMap(isObject(value) ? value : {}, patch);
  if (Array.isArray(patch) && Array.isArray(value)) return mergedList(value, patch);
  return patch;
}

function mergedMap(value: Record<string, unknown>, patch: Record<string, unknown>): unknown {
  if (patch['$patch'] === 'delete') return undefined;
  const start = patch['$patch'] === 'replace' ? {} : value;
  const result: Record<string, unknown> = { ...start };
  for (const [key, each] of Object.entries(patch)) {
    if (key === '$patch') continue;
    const next = strategic(start[key], each);
    if (next === undefined) delete result[key];
    else result[key] = next;
  }
  return result;
}

function mergedList(value: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const key = mergeKeys.find((name) => patch.every((item) => isObject(item) && name in item));
  if (key === undefined) return [...patch];
  const keyOf = (item: unknown) => (isObject(item) ? item[key] : undefined);
  const kept = value.flatMap((item) => {
    const change = patch.find((each) => keyOf(each) === keyOf(item));
    const next = change === undefined ? item : strategic(item, change);
    return next === undefined ? [] : [next];
  });
  const added = patch.filter((item) => !value.some((each) => keyOf(each) === keyOf(item)));
  return [...kept, ...added];
}

function operated(value: unknown, operation: unknown): unknown {
  const op = textAt(operation, ['op']);
  const steps = (textAt(operation, ['path']) ?? '')
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop();
  if (last === undefined) return isObject(operation) ? operation['value'] : value;
  let holder = value;
  for (const step of steps) holder = (holder as Record<string, unknown> | undefined)?.[step];
  if (typeof holder !== 'object' || holder === null) return value;
  const given = isObject(operation) ? operation['value'] : undefined;
  if (Array.isArray(holder)) {
    const index = last === '-' ? holder.length : Number(last);
    if (op === 'remove') holder.splice(index, 1);
    else holder.splice(index, op === 'add' ? 0 : 1, given);
  } else if (op === 'remove') delete (holder as Record<string, unknown>)[last];
  else (holder as Record<string, unknown>)[last] = given;
  return value;
}
