import { exploreChain } from '../../../src/models/reliability/markov.ts';

/** Working machines left and right, working switches and backbone, and what the one repair unit works on. */
interface Cluster {
  readonly left: number;
  readonly right: number;
  readonly leftSwitch: boolean;
  readonly rightSwitch: boolean;
  readonly line: boolean;
  readonly repairing: 'nothing' | 'left' | 'right' | 'leftSwitch' | 'rightSwitch' | 'line';
}

const failure = { machine: 1 / 500, switch: 1 / 4000, line: 1 / 5000 };
const inspection = 10;
const repair = { left: 2, right: 2, leftSwitch: 0.25, rightSwitch: 0.25, line: 0.125 };

function* movesOf(n: number, s: Cluster): Generator<{ to: Cluster; rate: number }> {
  if (s.left > 0) yield { to: { ...s, left: s.left - 1 }, rate: failure.machine * s.left };
  if (s.right > 0) yield { to: { ...s, right: s.right - 1 }, rate: failure.machine * s.right };
  if (s.leftSwitch) yield { to: { ...s, leftSwitch: false }, rate: failure.switch };
  if (s.rightSwitch) yield { to: { ...s, rightSwitch: false }, rate: failure.switch };
  if (s.line) yield { to: { ...s, line: false }, rate: failure.line };
  if (s.repairing === 'nothing') {
    if (s.left < n) yield { to: { ...s, repairing: 'left' }, rate: inspection };
    if (s.right < n) yield { to: { ...s, repairing: 'right' }, rate: inspection };
    for (const part of ['leftSwitch', 'rightSwitch', 'line'] as const) {
      if (!s[part]) yield { to: { ...s, repairing: part }, rate: inspection };
    }
    return;
  }
  const rate = repair[s.repairing];
  const mended = { ...s, repairing: 'nothing' } as const;
  if (s.repairing === 'left' || s.repairing === 'right') {
    yield { to: { ...mended, [s.repairing]: s[s.repairing] + 1 }, rate };
  } else {
    yield { to: { ...mended, [s.repairing]: true }, rate };
  }
}

/** Haverkort, Hermanns and Katoen (SRDS 2000): two clusters of n machines, two switches, a backbone, one repair unit. */
export function workstationCluster(n: number) {
  const start: Cluster = {
    left: n,
    right: n,
    leftSwitch: true,
    rightSwitch: true,
    line: true,
    repairing: 'nothing',
  };
  const modes = ['nothing', 'left', 'right', 'leftSwitch', 'rightSwitch', 'line'];
  const key = (s: Cluster): number =>
    ((s.left * (n + 1) + s.right) * 6 + modes.indexOf(s.repairing)) * 8 +
    Number(s.leftSwitch) * 4 +
    Number(s.rightSwitch) * 2 +
    Number(s.line);
  const { chain, states } = exploreChain(start, key, (s) => movesOf(n, s));
  const reaches =
    (needed: number) =>
    (i: number): boolean => {
      const s = states[i] as Cluster;
      return (
        (s.left >= needed && s.leftSwitch) ||
        (s.right >= needed && s.rightSwitch) ||
        (s.left + s.right >= needed && s.leftSwitch && s.line && s.rightSwitch)
      );
    };
  const working = states.map((s) => (100 * (s.left + s.right)) / (2 * n));
  const repairRate = states.map((s) => (s.repairing === 'nothing' ? 0 : repair[s.repairing]));
  return { chain, premium: reaches(n), minimum: reaches(Math.floor(0.75 * n)), working, repairRate };
}
