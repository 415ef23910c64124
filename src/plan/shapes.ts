import type { Declaration } from '../sheet/types.ts';
import type { MachineShape, Spec } from '../spec/types.ts';
import { given } from './inputs.ts';

const attributes = {
  cores: ['core/machine', 'cores of a machine'],
  memory: ['GiB/machine', 'memory of a machine'],
  network: ['Gbit/s/machine', 'bandwidth in each direction of the NIC of a machine'],
  disk: ['TB/machine', 'disk of a machine'],
  coreSpeed: ['1', 'speed relative to a measured core of a core of a machine'],
  smtYield: [
    '1',
    'throughput relative to a whole core of a hardware thread with a busy sibling of a machine',
  ],
} as const satisfies Partial<Record<keyof MachineShape, readonly [string, string]>>;

type Attribute = keyof typeof attributes;

/** Machine shapes as `machines.SHAPE.ATTRIBUTE`, and `TIER.machine.ATTRIBUTE` wherever a formula asks for it. */
export function shapeDeclarations(spec: Spec, formulas: readonly string[]): Declaration[] {
  const used = new Set(formulas.flatMap((text) => text.match(/\b[A-Za-z]\w*\.machine\.\w+/g) ?? []));
  const perTier = [...used].flatMap((name) => {
    const [tier = '', , attribute = ''] = name.split('.');
    if (!isAttribute(attribute)) return [];
    const shape = shapeOf(spec, tier);
    return [{ name, shape, attribute }];
  });
  const shapes = new Map(
    perTier.map(({ shape, attribute }) => [`${shape.name}.${attribute}`, { shape, attribute }]),
  );
  return [
    ...[...shapes.values()].map(({ shape, attribute }) =>
      given(
        `machines.${shape.name}.${attribute}`,
        attributes[attribute][0],
        `${attributes[attribute][1]} of shape ${shape.name}`,
        shape[attribute],
      ),
    ),
    ...perTier.map(({ name, shape, attribute }) => ({
      name,
      unit: attributes[attribute][0],
      meaning: `${attributes[attribute][1]} of this tier`,
      formula: `machines.${shape.name}.${attribute}`,
    })),
  ];
}

function isAttribute(text: string): text is Attribute {
  return text in attributes;
}

/** The shape that a tier names, else the first one. The spec guarantees that both exist. */
function shapeOf(spec: Spec, tier: string): MachineShape {
  const wanted = spec.tiers.find(({ id }) => id === tier)?.machine?.value;
  const shape = spec.machines.find(({ name }) => name === wanted) ?? spec.machines[0];
  if (shape === undefined) throw new RangeError('a spec has at least one machine shape');
  return shape;
}
