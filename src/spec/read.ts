import { suggest } from '../problems/nearest.ts';
import { InvalidInput } from '../problems/problem.ts';
import { causes } from './causes.ts';
import { dependencies, tiersIn } from './dependencies.ts';
import { failures, mending, placement } from './failures.ts';
import { machines } from './machines.ts';
import { mitigation } from './mitigation.ts';
import { absent, defaulted, type ObjectOf, object, optional, required } from './object.ts';
import { objectives } from './objectives.ts';
import { policyKeys } from './policy.ts';
import { choice, Found, text } from './reader.ts';
import { regions } from './regions.ts';
import { decodeUtf8, parseSource } from './source.ts';
import { tierIds, tiers } from './tiers.ts';
import { reportTreeProblems } from './tree-problems.ts';
import type { Spec } from './types.ts';
import { withOrigin } from './value.ts';
import { workload } from './workload.ts';

const version = 'headroom/spec/v1';

/** All keys of a `headroom.yaml`. */
const specKeys = {
  schema: optional('Version of this format.', choice([version])),
  name: required('Name of the service.', text('image-resize'), 'name: image-resize'),
  measurement: optional(
    'Measurement file to plan from, relative to this file.',
    withOrigin(text('measurement.json')),
  ),
  workload: required('Who asks, how often, when, and for what.', workload, 'workload: {users: 100k, ...}'),
  objectives: required('What is promised.', objectives, 'objectives: {availability: {target: 99.9 %}, ...}'),
  policy: defaulted(
    'How much is kept free, what must be survived, and what gives way.',
    object(policyKeys),
    '{}',
    () => absent(policyKeys),
  ),
  machines: required(
    'Machine shapes by name; the first is the default.',
    machines,
    'machines: {general: {cores: 32, memory: 128 GiB, network: 25 Gbit/s, disk: 2 TB}}',
  ),
  regions: required('Regions and their zones.', regions, 'regions: {main: {zones: [a, b, c]}}'),
  placement,
  failures,
  causes,
  dependencies: optional(
    'Which tiers a request needs, such as `api and (identityCache or identityData)`.',
    dependencies,
  ),
  mending,
  mitigation,
  tiers: optional('The tiers of the service: six answers each, and what is overridden.', tiers),
};

/** Reads the map that is the whole file. */
export const whole = object(specKeys);

/**
 * The checked spec in the text (or bytes) of a `headroom.yaml`, with its defaults filled in and the place of each
 * value; `file` is how people know the file. Throws InvalidInput with all problems in order of line.
 */
export function readSpec(content: string | Uint8Array, file: string): Spec {
  const source = parseSource(typeof content === 'string' ? content : decodeUtf8(content, file), file);
  reportTreeProblems(source);
  const root = new Found(source, '', source.document.contents ?? source.document.createNode(null));
  const read = whole.read(root);
  if (read !== undefined) {
    reportMachines(root, read);
    reportTierNames(root, read);
  }
  if (read === undefined || source.problems.length > 0) throw new InvalidInput(source.problems);
  return toSpec(read, file);
}

type Read = ObjectOf<typeof specKeys>;

/** Each tier's machine is one of the shapes. */
function reportMachines(root: Found, read: Read): void {
  const shapes = read.machines.map((shape) => shape.name);
  for (const { id, machine } of read.tiers ?? []) {
    if (machine === undefined || shapes.includes(machine.value)) continue;
    const at = root.at('tiers')?.at(id)?.at('machine');
    at?.report(
      'wrong-type',
      `no machine shape is called \`${machine.value}\``,
      suggest(machine.value, shapes),
    );
  }
}

/** Wherever a tier is named outside of `tiers`, there is such a tier. */
function reportTierNames(root: Found, read: Read): void {
  const known = [...new Set([...tierIds, ...(read.tiers ?? []).map(({ id }) => id)])];
  const check = (at: Found | undefined, names: readonly string[]) => {
    for (const name of names.filter((each) => !known.includes(each))) {
      at?.report(
        'wrong-type',
        `\`${at.path}\` names \`${name}\`, and no tier is called so`,
        suggest(name, known),
      );
    }
  };
  const { split } = read.objectives;
  if (split.value.rule === 'given') {
    check(
      root.at('objectives')?.at('split'),
      split.value.shares.map(({ tier }) => tier),
    );
  }
  if (read.dependencies) check(root.at('dependencies'), tiersIn(read.dependencies.value));
  for (const [kind, cause] of Object.entries(read.causes)) {
    if (!('tiers' in cause) || cause.tiers === undefined) continue;
    check(root.at('causes')?.at(kind)?.at('tiers'), cause.tiers.value);
  }
}

function toSpec(read: Read, file: string): Spec {
  const { payload, ...workload } = read.workload;
  const { latency, ...objectives } = read.objectives;
  const { measurement, dependencies } = read;
  return {
    schema: version,
    file,
    name: read.name,
    ...(measurement === undefined ? {} : { measurement }),
    workload: { ...workload, payload: payload.mix, payloadMax: payload.max },
    objectives: { ...objectives, latency: { ...latency, payloadBelow: latency.payloadBelow ?? payload.max } },
    policy: read.policy,
    machines: read.machines,
    regions: read.regions,
    tiers: read.tiers ?? [],
    placement: read.placement,
    failures: read.failures,
    causes: read.causes,
    ...(dependencies === undefined ? {} : { dependencies }),
    mending: read.mending,
    mitigation: read.mitigation,
  };
}
