import type { Declaration } from '../sheet/types.ts';
import { assumed, cited, formula } from './tier.ts';

/** What an aggregator is given, and how long it ships when it stops. */
export const usageAggregatorDeployment: readonly Declaration[] = [
  formula(
    'usageAggregator.cores.perInstance',
    'core/machine',
    'CPU of an aggregator: its share of the records with one lost, and headroom',
    'max(deploy.cpu.least, usageAggregator.records / max(usageAggregator.instances.count - 1 machine, 1 machine) / usageAggregator.instance.throughput * 1 core/machine / (1 - policy.headroom))',
  ),
  formula(
    'usageAggregator.cores.limit',
    'core/machine',
    'CPU that an aggregator may use in a burst',
    'usageAggregator.cores.perInstance * deploy.cpu.burst',
  ),
  assumed(
    'usageAggregator.memory.perInstance',
    '1536 MiB/machine',
    'memory of an aggregator',
    '512 MB for DuckDB, which writes the batches, as much for Node and a batch in the making, and room',
  ),
  assumed(
    'usageAggregator.buffer.room',
    '40 %',
    'room on the volume beyond the buffer',
    'a full log is cut and shipped beside itself, which takes up to 30 %; the file system keeps some',
  ),
  formula(
    'usageAggregator.disk.perInstance',
    'GB/machine',
    'volume of an aggregator: the whole buffer, since the others may be lost, and room to work in',
    'usageAggregator.buffer / 1 machine * (1 + usageAggregator.buffer.room)',
  ),
  formula(
    'usageAggregator.grace',
    's',
    'time until an aggregator that was told to stop is killed: it ships its last batch, or leaves it on its volume',
    'deploy.grace + usageAggregator.retry.backoff.most',
  ),
];

/** What a node of the batch store is given. */
export const usageStoreDeployment: readonly Declaration[] = [
  assumed(
    'usageStore.rowsPerCore',
    '2500 row/s/core',
    'rows that one core of a node writes for long, compaction included',
    'four cores for the 10k of a node; measure on the machines that are bought',
  ),
  assumed(
    'usageStore.cores.least',
    '2 core/machine',
    'CPU of a node that does little',
    'compaction and gossip must not wait for each other',
  ),
  formula(
    'usageStore.cores.perNode',
    'core/machine',
    'CPU of a node: its share of the writes with one node lost, and headroom',
    'max(usageStore.cores.least, usageStore.writes / max(usageStore.nodes.count - 1 machine, 1 machine) / usageStore.rowsPerCore / (1 - policy.headroom))',
  ),
  formula(
    'usageStore.cores.limit',
    'core/machine',
    'CPU that a node may use in a burst',
    'usageStore.cores.perNode * deploy.cpu.burst',
  ),
  assumed(
    'usageStore.heap.most',
    '8 GiB/machine',
    'largest heap of a node',
    'above it pauses of the collector grow and files are cached worse',
  ),
  formula(
    'usageStore.heap',
    'GB/machine',
    'heap of a node: at most a quarter of its machine, of which half goes to the process and half to the file cache',
    'min(usageStore.heap.most, usageStore.machine.memory / 4)',
  ),
  cited(
    'usageStore.memory.outside',
    '325 MB/machine',
    'memory of a node outside of its heap: code, threads, buffers of the network and of files',
    'docs/engines.md: 860 MB were resident of each of three nodes with a heap of 512 MiB',
  ),
  formula(
    'usageStore.memory.perNode',
    'GB/machine',
    'memory of a node: heap, and as much outside of it, but never less than a node takes there',
    'usageStore.heap + max(usageStore.heap, usageStore.memory.outside)',
  ),
  assumed(
    'usageStore.memory.management',
    '256 MiB/machine',
    'memory of the process beside a node by which its operator manages it, in the same container',
    'a JVM with a heap of 128 MiB, and what a small JVM takes outside of it',
    'management-api-for-apache-cassandra, scripts/docker-entrypoint.sh',
  ),
  formula(
    'usageStore.memory.pod',
    'GB/machine',
    'memory of a node with the process of its operator',
    'usageStore.memory.perNode + usageStore.memory.management',
  ),
  formula(
    'usageStore.disk.perNode',
    'GB/machine',
    'volume of a node: its share of the rows with the compaction reserve',
    'max(1 GB/machine, usageStore.disk / usageStore.nodes.count / (1 - usageStore.compactionReserve))',
  ),
  assumed(
    'usageStore.grace',
    '2 min',
    'time until a node that was told to stop is killed',
    'it flushes its tables and leaves the ring first; the operator calls drain',
  ),
];
