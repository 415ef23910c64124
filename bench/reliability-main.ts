import { type CrossingCause, survivorsWithCauses } from '../src/models/reliability/crossing.ts';
import type { FailureDomain, MachineGroup } from '../src/models/reliability/domains.ts';
import { survivors } from '../src/models/reliability/domains-survivors.ts';
import { chainOf, type Transition } from '../src/models/reliability/markov.ts';
import { steadyState } from '../src/models/reliability/markov-steady.ts';
import { fastest, plainLoop } from './fastest.ts';
import { seededRandom } from './random.ts';

const rounds = Number(process.env['HEADROOM_SELF_ROUNDS'] ?? 9);

/** Machines that all differ, in racks of 40, behind power of 5 racks, in zones of 5 of those. */
function unequalFleet(machines: number): FailureDomain {
  const random = seededRandom(7);
  const event = (name: string) => [{ name, unavailability: 1e-5 + 1e-3 * random() }];
  const split = <T>(items: readonly T[], size: number): T[][] =>
    Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
  const groups: MachineGroup[] = Array.from({ length: machines }, () => ({
    count: 1,
    unavailability: 0.001 + 0.02 * random(),
  }));
  const inside = (name: string, children: readonly (FailureDomain | MachineGroup)[]): FailureDomain => ({
    name,
    events: event(name),
    children,
  });
  const racks = split(groups, 40).map((each) => inside('rack', each));
  const powers = split(racks, 5).map((each) => inside('power', each));
  return inside(
    'region',
    split(powers, 5).map((each) => inside('zone', each)),
  );
}

/** A thousand machines of two kinds in 25 racks, and twelve causes that cross them. */
function crossedFleet(): { fleet: FailureDomain; causes: CrossingCause[] } {
  const rack = (i: number): FailureDomain => ({
    name: `rack ${i}`,
    kind: 'rack',
    events: [{ name: 'rack', unavailability: 1e-4 }],
    children: ['old', 'new'].map((version) => ({ count: 20, unavailability: 0.01, attributes: { version } })),
  });
  const fleet = { name: 'all', events: [], children: Array.from({ length: 25 }, (_, i) => rack(i)) };
  const causes = Array.from({ length: 12 }, (_, i) => ({
    name: `cause ${i}`,
    affects: i % 2 === 0 ? { version: ['old'] } : {},
    share: i % 3 === 0 ? 0.3 : 1,
    unavailability: 1e-4 * (i + 1),
  }));
  return { fleet, causes };
}

function* line(states: number): Generator<Transition> {
  for (let i = 0; i + 1 < states; i++) {
    yield { from: i, to: i + 1, rate: 1 };
    yield { from: i + 1, to: i, rate: 1.0001 };
  }
}

/** A plane of breakdowns of two kinds with one crew each; its band is wide, so it is solved by sweeps. */
function* plane(side: number): Generator<Transition> {
  const at = (x: number, y: number) => x * side + y;
  for (let x = 0; x < side; x++) {
    for (let y = 0; y < side; y++) {
      if (x + 1 < side) yield* both(at(x, y), at(x + 1, y), 0.5);
      if (y + 1 < side) yield* both(at(x, y), at(x, y + 1), 0.6);
    }
  }
}

function* both(from: number, to: number, rate: number): Generator<Transition> {
  yield { from, to, rate };
  yield { from: to, to: from, rate: 1 };
}

const homogeneous: FailureDomain = {
  name: 'all',
  events: [],
  children: [
    {
      name: 'rack',
      events: [{ name: 'rack', unavailability: 1e-4 }],
      children: [{ count: 40, unavailability: 0.01 }],
      copies: 2500,
    },
  ],
};

function main(): void {
  const [three, ten] = [unequalFleet(3000), unequalFleet(10_000)];
  const { fleet, causes } = crossedFleet();
  const [straight, wide] = [chainOf(100_000, line(100_000)), chainOf(316 * 316, plane(316))];
  const rows = [
    { name: 'reference: 10 million divisions', goal: undefined, value: fastest(plainLoop, rounds) },
    {
      name: '3,000 unequal machines in four levels',
      goal: 30,
      value: fastest(() => survivors(three), rounds),
    },
    { name: '10,000 unequal machines', goal: 150, value: fastest(() => survivors(ten), rounds) },
    { name: '100,000 equal machines', goal: 50, value: fastest(() => survivors(homogeneous), rounds) },
    {
      name: '12 crossing causes on 1,000 machines',
      goal: 10,
      value: fastest(() => survivorsWithCauses(fleet, causes), rounds),
    },
    { name: 'chain of 100,000 states, a line', goal: 5000, value: fastest(() => steadyState(straight), 1) },
    { name: 'chain of 99,856 states, a plane', goal: 5000, value: fastest(() => steadyState(wide), 1) },
  ];
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}

main();
