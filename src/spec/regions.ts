import { object, required } from './object.ts';
import { repeated } from './policy.ts';
import { type Found, list, type Reader, refined, text } from './reader.ts';
import type { Region, SpecValue } from './types.ts';

const zonesExample = 'zones: [a, b, c]';
const mapExample = 'main: {zones: [a, b, c]}';

const names = list(text('a'), zonesExample);

/** Zones of a region: at least one, each once. */
const zones: Reader<readonly string[]> = refined(names, (read, at) => {
  if (at.items?.length === 0) return withoutZones(at, regionOf(at.path));
  for (const again of repeated(at.items ?? [])) {
    again.report(
      'duplicate-name',
      `zone \`${again.text}\` is given twice in \`${at.path}\``,
      'name each zone once',
    );
  }
  return read;
});

const zonesDoc = 'Failure domains of the region: parts that fail apart from each other.';
const keyed = object({ zones: required(zonesDoc, zones, zonesExample) });
const listed = object({
  name: required('Name of the region.', text('main'), 'name: main'),
  zones: required(zonesDoc, zones, zonesExample),
});

/** The key `regions`: a map from name to zones, or a list of `{name, zones}`. */
export const regions: Reader<SpecValue<readonly Region[]>> = {
  get schema() {
    return {
      anyOf: [
        { type: 'object', additionalProperties: { anyOf: [keyed.schema, names.schema] } },
        { type: 'array', items: listed.schema },
      ],
    };
  },
  read: (at) => {
    const value = at.items === undefined ? fromMap(at) : fromList(at.items);
    if (value === undefined) return undefined;
    if (value.length === 0 && (at.items ?? [...(at.entries ?? [])]).length === 0) {
      return at.report('missing-key', '`regions` has no region', `write for instance \`${mapExample}\``);
    }
    return { value, origin: at.origin };
  },
};

function fromMap(at: Found): readonly Region[] | undefined {
  if (at.entries === undefined)
    return at.wrongType('a map of regions', `write for instance \`${mapExample}\``);
  const found: Region[] = [];
  for (const [name, entry] of at.entries) {
    const read = readZones(entry, name);
    if (read !== undefined) found.push({ name, zones: read });
  }
  return found;
}

/** `main: {zones: [...]}` or, for short, `main: [...]`. */
function readZones(entry: Found, name: string): readonly string[] | undefined {
  if (entry.items !== undefined) return zones.read(entry);
  if (entry.isNothing || (entry.entries !== undefined && entry.at('zones') === undefined)) {
    return withoutZones(entry, name);
  }
  return keyed.read(entry)?.zones;
}

function fromList(items: readonly Found[]): readonly Region[] {
  const nameNodes = items.map((item) => item.at('name')).filter((name) => name !== undefined);
  for (const again of repeated(nameNodes)) {
    again.report('duplicate-name', `region \`${again.text}\` is given twice`, 'name each region once');
  }
  return items.map(readListed).filter((region) => region !== undefined);
}

function readListed(item: Found): Region | undefined {
  const name = item.at('name')?.text;
  if (name !== undefined && item.at('zones') === undefined) return withoutZones(item, name);
  return listed.read(item);
}

function withoutZones(at: Found, region: string): undefined {
  return at.report(
    'missing-zones',
    `region \`${region}\` has no zones`,
    `write the parts of it that fail apart from each other, for instance \`${zonesExample}\``,
  );
}

/** `regions.main.zones` is about `main`. */
function regionOf(path: string): string {
  return path.replace(/\.zones$/, '').replace(/^regions\.?/, '');
}
