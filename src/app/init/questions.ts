import { overloadPolicies, survivables } from '../../spec/policy.ts';

/** How the text of an answer becomes a value of the file. */
export type Form = 'text' | 'quantity' | 'words' | 'payload' | 'regions' | 'zones';

/** One question of `headroom init`: what is asked, the flag that answers it, and where the answer goes. */
export interface Question {
  /** Name of the answer; for a tier `api.scope`, `api.guarantees.latency`. */
  readonly id: string;
  /** The flag as typed, without its value. */
  readonly flag: string;
  readonly message: string;
  readonly form: Form;
  /** Path in the file; `*` is any key. */
  readonly path: readonly string[];
  /** Words to choose from. */
  readonly options?: readonly string[];
  /** Whether it may be left open. */
  readonly open?: true;
  readonly tier?: string;
}

type Row = readonly [id: string, path: string, message: string, form?: Form, options?: readonly string[]];

const rows: readonly Row[] = [
  ['name', 'name', 'Name of the service', 'text'],
  ['users', 'workload.users', 'Users of the service, over all regions'],
  ['peak', 'workload.peak', 'Highest request rate of one region'],
  [
    'traffic-swing',
    'workload.traffic.amplitude',
    'How far the rate swings about its mean over a day, 0 to 1',
  ],
  ['peak-hour', 'workload.traffic.peakHour', 'Hour of the day with the highest rate, 0 up to 24'],
  ['payload-max', 'workload.payload.max', 'Largest payload that is accepted'],
  [
    'payload',
    'workload.payload',
    'Payload sizes: "64 kB 60 %, 512 kB 40 %", or "mean 256 kB, p99 900 kB", or "mean 256 kB, spread 1"',
    'payload',
  ],
  ['surge', 'workload.surge', 'Demand above the peak that must be carried beyond the headroom'],
  ['growth', 'workload.growth', 'Growth of the demand in a year'],
  ['availability', 'objectives.availability.target', 'Availability that is promised'],
  ['window', 'objectives.availability.window', 'Time over which the availability is counted'],
  ['percentile', 'objectives.latency.percentile', 'Percentile of the response time that is promised'],
  ['latency', 'objectives.latency.below', 'Time that the percentile stays below'],
  ['latency-payload', 'objectives.latency.payloadBelow', 'Payload up to which the latency is promised'],
  ['durability', 'objectives.durability', 'Chance that a stored record survives a year'],
  ['headroom', 'policy.headroom', 'Share of the capacity that is kept free at the peak'],
  ['survive', 'policy.survive', 'What may be lost at the peak without loss of service', 'words', survivables],
  [
    'on-zone-loss',
    'policy.onZoneLoss',
    'What happens to the excess when a zone is lost',
    'text',
    overloadPolicies,
  ],
  ['cores', 'machines.general.cores', 'Cores of a machine'],
  ['memory', 'machines.general.memory', 'Memory of a machine'],
  ['network', 'machines.general.network', 'Bandwidth of its network card, in each direction'],
  ['disk', 'machines.general.disk', 'Disk of a machine'],
  ['core-speed', 'machines.general.coreSpeed', 'Speed of its cores relative to the machine that is measured'],
  [
    'smt-yield',
    'machines.general.smtYield',
    'Yield of a hardware thread beside a busy one; 1 for physical cores',
  ],
  ['regions', 'regions', 'Names of the regions, with commas', 'regions'],
  ['zones', 'regions.*.zones', 'Names of the zones of a region, with commas', 'zones'],
];

/** What may be left open: nothing is promised then. */
const open: ReadonlySet<string> = new Set(['durability', 'survive']);

/** Questions about the service; each has a flag of its own. */
export const serviceQuestions: readonly Question[] = rows.map(([id, path, message, form, options]) => ({
  id,
  flag: `--${id}`,
  message,
  form: form ?? 'quantity',
  path: path.split('.'),
  ...(options === undefined ? {} : { options }),
  ...(open.has(id) ? { open: true } : {}),
}));
