/** Parts of a schema that occur more than once, moved to `definitions`: what repeats is stored and compiled once. */
export function shareRepeated(schema) {
  const shortest = 300;
  const seen = new Map();
  visit(schema, (part) => {
    const text = JSON.stringify(part);
    if (text.length >= shortest) seen.set(text, (seen.get(text) ?? 0) + 1);
  });
  const names = new Map();
  const definitions = {};
  const share = (value) => {
    if (Array.isArray(value)) return value.map(share);
    if (value === null || typeof value !== 'object') return value;
    const text = isSchema(value) ? JSON.stringify(value) : '';
    if ((seen.get(text) ?? 0) < 2) return mapValues(value, share);
    if (!names.has(text)) {
      const name = `d${names.size}`;
      names.set(text, name);
      definitions[name] = mapValues(value, share);
    }
    return { $ref: `#/definitions/${names.get(text)}` };
  };
  const kinds = mapValues(schema.kinds, share);
  return { kinds, definitions };
}

function visit(value, act) {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value) && isSchema(value)) act(value);
  for (const each of Object.values(value)) visit(each, act);
}

/** A property may be called `type` too; then its value is a schema and no name. */
function isSchema(value) {
  return typeof value.type === 'string' || Array.isArray(value.type);
}

function mapValues(value, change) {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, change(each)]));
}
