import pc from 'picocolors';
import type { Finding, Plan, PlanConstraint, PlanQuantity, TierPlan } from '../../src/plan/types.ts';
import type { Page } from '../../src/render/palette.ts';
import type { ObjectDeclaration, Sheet } from '../../src/sheet/types.ts';

export const plain = (width: number): Page => ({ width, palette: pc.createColors(false) });
export const coloured = (width: number): Page => ({ width, palette: pc.createColors(true) });

function quantity(name: string, value: number, unit: string, display: string): PlanQuantity {
  const meaning = `what ${name} means`;
  return {
    name,
    value,
    unit,
    display,
    meaning,
    origin: { kind: 'derived' },
    formula: 'a * b',
    inputs: ['a'],
  };
}

function constraint(kind: PlanConstraint['kind'], count: number, more: Partial<PlanConstraint> = {}) {
  const meaning = `capacity for the peak under the constraint ${kind}, with words enough to need a second line`;
  return {
    kind,
    quantity: `worker.machines.${kind}`,
    count,
    required: true,
    binding: false,
    meaning,
    ...more,
  };
}

function tier(id: string, title: string, count: number, constraints: PlanConstraint[]): TierPlan {
  return {
    id,
    title,
    counted: 'machine',
    count,
    names: { count: `${id}.count`, demand: `${id}.demand`, capacity: `${id}.capacity`, spare: `${id}.spare` },
    constraints,
    highlights: [],
    answers: {},
  };
}

const quantities = [
  quantity('worker.count', 40, 'machine', '40 machines'),
  quantity('worker.demand', 10_000, 'req/s', '10,000 req/s'),
  quantity('worker.capacity', 320, 'req/s', '320 req/s'),
  quantity('worker.spare', 0.21875, '1', '21.9 %'),
  quantity('gate.count', 3, 'machine', '3 machines'),
  quantity('gate.demand', 20_480_000_000, 'bit/s', '20.5 Gbit/s'),
  quantity('gate.capacity', 25e9, 'bit/s', '25 Gbit/s'),
  quantity('gate.spare', 0.5, '1', '50 %'),
  quantity('workload.peak', 10_000, 'req/s', '10,000 req/s'),
  quantity('workload.payload.mean', 256_000, 'B/req', '256 kB/req'),
  quantity('worker.throughputPerCore', 20, 'req/s/core', '20 req/s/core'),
  quantity('worker.busyCores', 500, 'core', '500 cores'),
];

const traffic: ObjectDeclaration = {
  name: 'workload.traffic',
  type: 'traffic',
  meaning: 'share of the peak rate in each hour of the day',
  object: { hourly: [0.5, 1] },
  origin: { kind: 'given', file: 'headroom.yaml', line: 8, column: 3 },
};

export function finding(severity: Finding['severity'], code: string): Finding {
  return { severity, code, message: `${code} was found`, advice: `mend ${code}` };
}

/** A small plan with one of everything; of the sheet only its structured inputs, since rendering must need no more. */
export const plan: Plan = {
  schema: 'headroom/plan/v1',
  name: 'resize, "images" | small',
  spec: { file: 'headroom.yaml' },
  measurement: { kind: 'cited', source: 'the essay' },
  regions: 1,
  tiers: [
    tier('worker', 'resize workers', 40, [
      constraint('throughput', 32),
      constraint('headroom', 40, { binding: true }),
      constraint('zone loss', 48, { required: false }),
    ]),
    tier('gate', 'a gate with a rather long title', 3, [constraint('bandwidth', 3, { binding: true })]),
  ],
  quantities: new Map(quantities.map((each) => [each.name, each])),
  findings: [
    finding('advice', 'advice-1'),
    finding('error', 'error-1'),
    ...['w1', 'w2', 'w3', 'w4'].map((code) => finding('warning', code)),
    { ...finding('error', 'error-2'), place: { file: 'headroom.yaml', line: 4, column: 7 } },
  ],
  sheet: { objects: new Map([[traffic.name, traffic]]) } as unknown as Sheet,
};
