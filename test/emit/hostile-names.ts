import { parseAllDocuments } from 'yaml';

/** Names of services that are settings, comments, tags, paths, other kinds of values, or too long. */
export const hostile = [
  'x: y #z\n  evil: true',
  '"; rm -rf / #',
  '{{service.name}} {{nothing}}',
  "it's --> <% boom() %> <!--",
  '../../etc/passwd',
  'yes',
  'No',
  'on',
  'OFF',
  'true',
  'False',
  'null',
  '123',
  '東京',
  'é'.repeat(300),
  'the resizing of pictures for everybody '.repeat(8),
  '\u2028listen 0.0.0.0\r\nuser root',
];

/** What must be the same in a file whatever the service is called: all but its texts. */
export function structureOf({ path, text }: { readonly path: string; readonly text: string }): unknown {
  // The rules sort by the name of their service and fold long texts.
  if (/observability|rules|dashboard|README/.test(path)) return 'not compared';
  return /\.ya?ml$/.test(path) ? shapes(text) : lines(text);
}

const lines = (text: string) => text.split(/\r\n|[\n\r\u2028]/).length;

/** Kinds of values and names of keys, in both versions of YAML; the values themselves may differ. */
function shapes(text: string): unknown {
  return (['1.1', '1.2'] as const).map((version) =>
    parseAllDocuments(text, { version }).map((document) =>
      document.errors.length > 0 ? document.errors : shapeOf(document.toJS()),
    ),
  );
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}
