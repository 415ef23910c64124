import { expect } from 'vitest';
import type { Drill, Drills } from './drill.ts';
import { failoverTime } from './engines.ts';
import { pause, until } from './processes.ts';
import type { Service } from './service.ts';

export type Name = 'one' | 'two';
const other = (name: Name): Name => (name === 'one' ? 'two' : 'one');

/** How the primary is lost, and how it comes back. */
export interface Loss {
  readonly lose: (primary: Name) => Promise<void> | void;
  readonly heal: (primary: Name) => Promise<void> | void;
}

/**
 * Fails over: customers are served all the while, changes work again in time, and nobody else takes any, also not for a
 * client that still reaches the old primary.
 */
export async function failOver(service: Service, drills: Drills, { lose, heal }: Loss): Promise<void> {
  await watched(service, drills, (from) => ({
    fault: () => lose(from),
    lasts: failoverTime * 1000,
    mend: async () => {
      await heal(from);
      await inSync(service, other(from));
    },
    mayFailFor: 0,
  }));
}

/** Breaks the primary in a way that may end its time or not: customers are served, and nobody is primary beside another. */
export async function breakPrimary(
  service: Service,
  drills: Drills,
  breaking: (primary: Name) => Drill,
): Promise<void> {
  const mayStay = (from: Name): Drill => {
    const drill = breaking(from);
    const mend = async () => {
      await drill.mend();
      await until('there are a primary and its standby', async () => {
        const found = await Promise.all([isInSync(service, 'one'), isInSync(service, 'two')]);
        return found.includes(true);
      });
    };
    return { ...drill, mend };
  };
  await watched(service, drills, mayStay, true);
}

async function primaryOf({ engines: { keepers } }: Service): Promise<Name> {
  return (await keepers.state('one'))?.role === 'primary' ? 'one' : 'two';
}

async function isInSync({ engines: { keepers } }: Service, name: Name): Promise<boolean> {
  const state = await keepers.state(name);
  return state?.role === 'primary' && state.record?.inSync[0] === other(name);
}

const inSync = (service: Service, name: Name) =>
  until(`${other(name)} follows ${name}`, () => isInSync(service, name));

/** Asks both nodes all the time who is primary, and writes to both, while a drill goes on. */
async function watched(
  service: Service,
  drills: Drills,
  drillOf: (primary: Name) => Drill,
  mayStay = false,
): Promise<void> {
  const { keepers } = service.engines;
  const from = await primaryOf(service);
  await inSync(service, from);
  // That client does reach it, or its silence would say nothing.
  await keepers.askBeside(from, 'insert into probes default values');
  const sums: number[] = [];
  const accepted: Record<Name, { readonly startedAt: number; readonly at: number }[]> = { one: [], two: [] };
  let watching = true;
  const sum = async () => {
    while (watching) {
      const answers = await keepers.primaries();
      sums.push(answers.filter((each) => !Number.isNaN(each)).reduce((all, each) => all + each, 0));
      await pause(100);
    }
  };
  const write = async (name: Name, ask: (name: Name, text: string) => Promise<unknown>) => {
    while (watching) {
      const startedAt = performance.now();
      await ask(name, 'insert into probes default values').then(
        () => accepted[name].push({ startedAt, at: performance.now() }),
        () => {},
      );
      await pause(100);
    }
  };
  const watchers = [
    sum(),
    write('one', keepers.ask),
    write('two', keepers.ask),
    // As a client on the same side of a partition as the old primary.
    write(from, keepers.askBeside),
  ];
  try {
    await drills.run(drillOf(from));
  } finally {
    watching = false;
    await Promise.all(watchers);
  }
  expect(Math.max(...sums)).toBe(1);
  expect(accepted[from].length).toBeGreaterThan(0);
  const first = Math.min(...accepted[other(from)].map(({ at }) => at));
  if (!mayStay) expect(first).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(accepted[from].filter(({ startedAt }) => startedAt > first)).toEqual([]);
}
