/** A quantity that is chosen for large machines, and what it is on a small one, in `unit`. */
export interface SmallQuantity {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly why: string;
}

/** Share of the memory that one of the API servers is planned with. */
export const serverMemoryShare = 1 / 12;

const MiB = 2 ** 20;
const machine = 'B/machine';

/**
 * The sizes that do not shrink with the demand, because they were chosen for machines with memory to spare. With these,
 * the limits of all processes together stay below the memory of a machine of 8 GiB; a test adds them up.
 */
export function smallQuantities(memoryBytes: number, sharedCores: number): readonly SmallQuantity[] {
  const heap = Math.floor(memoryBytes / 20);
  return [
    { name: 'local.cores.shared', value: sharedCores, unit: 'core', why: 'what the workers leave' },
    {
      name: 'usageStore.heap.most',
      value: heap,
      unit: machine,
      why: 'three nodes get a third of a small machine',
    },
    { name: 'api.server.baseMemory', value: 256 * MiB, unit: machine, why: 'Node with few connections' },
    {
      name: 'worker.memory.shell',
      value: 256 * MiB,
      unit: machine,
      why: 'Node, and the bodies of a few jobs',
    },
    {
      name: 'usageAggregator.memory.perInstance',
      value: 512 * MiB,
      unit: machine,
      why: 'a batch has few records',
    },
    { name: 'identityManagement.memory.perInstance', value: 256 * MiB, unit: machine, why: 'few customers' },
    { name: 'identityManagement.database.memory', value: 384 * MiB, unit: machine, why: 'few customers' },
    {
      name: 'queue.memory.base',
      value: 64 * MiB,
      unit: machine,
      why: '17 MB were seen of a node without load',
    },
    { name: 'loadBalancer.memory.base', value: 64 * MiB, unit: machine, why: '15 MB were seen without load' },
    {
      name: 'batch.memory.base',
      value: 384 * MiB,
      unit: 'B',
      why: 'the records of a day fit into one piece',
    },
    {
      name: 'batch.partition.records',
      value: 500_000,
      unit: 'record',
      why: 'more than a day of a small machine',
    },
  ];
}
