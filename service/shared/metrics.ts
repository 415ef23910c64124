import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import packageFile from '../../package.json' with { type: 'json' };
import contract from '../../schemas/metrics.json' with { type: 'json' };

export type RoleName = 'api' | 'worker' | 'identity' | 'usage' | 'billing';
export type Labels = Readonly<Record<string, string>>;

/** The metrics of a role. A name or label value that schemas/metrics.json does not have throws. */
export interface Metrics {
  /** Adds to a counter. */
  add(name: string, labels?: Labels, by?: number): void;
  /** Observes a value of a histogram. */
  observe(name: string, labels: Labels, value: number): void;
  /** Sets a gauge. */
  set(name: string, labels: Labels, value: number): void;
  /** All of them in Prometheus' text format. */
  text(): Promise<string>;
}

/** Beginnings of the names that a role may write; the queue's are counted by whoever did the thing. */
const owned: Readonly<Record<RoleName, readonly string[]>> = {
  api: ['headroom_api_', 'headroom_identity_cache_', 'headroom_identity_data_', 'headroom_queue_'],
  worker: ['headroom_worker_', 'headroom_queue_'],
  identity: ['headroom_identity_'],
  usage: ['headroom_usage_'],
  billing: ['headroom_billing_'],
};

interface Description {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, readonly string[] | 'open'>>;
  readonly buckets?: readonly number[];
  readonly objectiveBucket?: string;
}

type Instrument = Counter | Gauge | Histogram;

/** `objectiveBelow`: the latency objective in seconds, which becomes a bucket. */
export function createMetrics(role: RoleName, options: { readonly objectiveBelow?: number } = {}): Metrics {
  const registry = new Registry();
  const descriptions = new Map(contract.metrics.map((each) => [each.name, each as unknown as Description]));
  const instruments = new Map<string, Instrument>();
  for (const description of descriptions.values()) {
    const isOurs = owned[role].some((prefix) => description.name.startsWith(prefix));
    if (!isOurs && description.name !== 'headroom_build_info') continue;
    instruments.set(description.name, register(registry, description, options.objectiveBelow));
  }
  const find = <T extends Instrument>(kind: new (...args: never[]) => T, name: string, labels: Labels): T => {
    const instrument = instruments.get(name);
    const description = descriptions.get(name);
    if (!instrument || !description) throw new Error(`role ${role} has no metric ${name}`);
    if (!(instrument instanceof kind)) throw new Error(`${name} is a ${description.type}`);
    checkLabels(description, labels);
    return instrument;
  };
  const metrics: Metrics = {
    add: (name, labels = {}, by = 1) => find(Counter, name, labels).inc(labels, by),
    observe: (name, labels, value) => find(Histogram, name, labels).observe(labels, value),
    set: (name, labels, value) => find(Gauge, name, labels).set(labels, value),
    text: () => registry.metrics(),
  };
  metrics.set('headroom_build_info', { role, version: packageFile.version }, 1);
  return metrics;
}

function register(registry: Registry, description: Description, objectiveBelow?: number): Instrument {
  const labelNames = Object.keys(description.labels);
  const common = { name: description.name, help: description.help, labelNames, registers: [registry] };
  const closed = combinations(description.labels);
  if (description.type === 'histogram') {
    const histogram = new Histogram({ ...common, buckets: bucketsOf(description, objectiveBelow) });
    for (const labels of closed) histogram.zero(labels);
    return histogram;
  }
  if (description.type === 'gauge') return new Gauge(common);
  const counter = new Counter(common);
  // A counter that is born above zero hides its first increase from every rate().
  for (const labels of closed) counter.inc(labels, 0);
  return counter;
}

function bucketsOf({ buckets = [], objectiveBucket }: Description, objectiveBelow?: number): number[] {
  const more = objectiveBucket === undefined || objectiveBelow === undefined ? [] : [objectiveBelow];
  return [...new Set([...buckets, ...more])].sort((a, b) => a - b);
}

/** Every combination of label values, or none where a label is open. */
function combinations(labels: Description['labels']): Labels[] {
  return Object.entries(labels).reduce<Labels[]>(
    (all, [label, values]) =>
      values === 'open' ? [] : all.flatMap((each) => values.map((value) => ({ ...each, [label]: value }))),
    [{}],
  );
}

function checkLabels({ name, labels: known }: Description, labels: Labels): void {
  for (const label of Object.keys(known)) {
    const value = labels[label];
    const allowed = known[label];
    if (value === undefined) throw new Error(`${name} needs the label ${label}`);
    if (allowed !== 'open' && !allowed?.includes(value)) {
      throw new Error(`${name}: ${label} cannot be ${value}`);
    }
  }
  for (const label in labels) if (!(label in known)) throw new Error(`${name} has no label ${label}`);
}
