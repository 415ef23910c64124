import type { World } from '../../../src/plan/availability/world.ts';

/** Independent yes/no variables and what follows from them; written without regard to how the model computes. */
interface Expansion {
  readonly chances: number[];
  /** Whether each tier is down, and the service. */
  readonly down: (state: readonly boolean[]) => ReadonlyMap<string, boolean>;
}

/** Every zone, region, cause, rack, power, switch, machine and hit of a cause as a variable of its own, at the peak. */
function expand(world: World): Expansion {
  const chances: number[] = [];
  const variable = (chance: number): number => chances.push(chance) - 1;
  const zones = world.zoneNames.map(() => world.zone.map((event) => variable(event.unavailability)));
  const region = world.region.map((event) => variable(event.unavailability));
  const shared = world.shared.map((cause) => ({ cause, index: variable(cause.unavailability) }));
  const peak = world.demand.findIndex(({ level }) => level === 1);
  const tiers = world.tiers.map((tier) => {
    const own = world.own
      .filter(({ tiers }) => tiers.includes(tier.id))
      .map((cause) => ({ cause, index: variable(cause.unavailability) }));
    const causes = [...shared.filter(({ cause }) => cause.tiers.includes(tier.id)), ...own];
    const losses = tier.losses.map((loss) => variable(loss.unavailability));
    const { zones: spread, machinesPerRack, racksPerPower, powersPerSwitch } = tier.places;
    const placesOf = new Map<string, number[]>();
    const place = (name: string, events: readonly { unavailability: number }[]): number[] => {
      const found = placesOf.get(name) ?? events.map((event) => variable(event.unavailability));
      placesOf.set(name, found);
      return found;
    };
    const machines = Array.from({ length: tier.machines }, (_, i) => {
      const zone = i % spread;
      const rack = Math.floor(Math.floor(i / spread) / machinesPerRack);
      const power = Math.floor(rack / racksPerPower);
      const behind = Math.floor(power / powersPerSwitch);
      const single = [
        variable(world.hardware.machine.unavailability),
        ...place(`rack ${zone} ${rack}`, world.hardware.rack),
        ...place(`power ${zone} ${power}`, world.hardware.power),
        ...place(`switch ${zone} ${behind}`, world.hardware.switch),
        ...(zones[zone] ?? []),
        ...region,
      ];
      const hits = causes.map(({ cause, index }) => {
        const first = cause.first === 0 ? 0 : Math.max(1, Math.ceil(cause.first * tier.machines - 1e-9));
        if (i < first) return [index];
        return cause.share > 0 ? [index, variable(cause.share)] : undefined;
      });
      return [...single.map((one) => [one]), ...hits.filter((hit) => hit !== undefined)];
    });
    return { tier, machines, losses, need: tier.needs[peak] as number };
  });
  return {
    chances,
    down: (state) =>
      new Map(
        tiers.map(({ tier, machines, losses, need }) => {
          const up = machines.filter((sets) => !sets.some((set) => set.every((i) => state[i]))).length;
          return [tier.id, up < need || losses.some((i) => state[i])];
        }),
      ),
  };
}

/** Number of yes/no variables of a world: brute force takes two to the power of it. */
export function variablesOf(world: World): number {
  return expand(world).chances.length;
}

/** Chances of being down at the peak, by summing over all states of everything. */
export function bruteForce(
  world: World,
  serviceDown: (down: ReadonlyMap<string, boolean>) => boolean,
): { readonly service: number; readonly tiers: ReadonlyMap<string, number> } {
  const { chances, down } = expand(world);
  const tiers = new Map(world.tiers.map(({ id }) => [id, 0]));
  let service = 0;
  for (let bits = 0; bits < 2 ** chances.length; bits++) {
    const state = chances.map((_, i) => (bits & (1 << i)) !== 0);
    const p = chances.reduce((product, chance, i) => product * (state[i] ? chance : 1 - chance), 1);
    if (p === 0) continue;
    const now = down(state);
    for (const [id, isDown] of now) if (isDown) tiers.set(id, (tiers.get(id) ?? 0) + p);
    if (serviceDown(now)) service += p;
  }
  return { service, tiers };
}
