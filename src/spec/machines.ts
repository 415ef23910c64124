import { positive, share, whole } from './checks.ts';
import { named, object, required } from './object.ts';
import { assumedQuantity, quantity } from './quantity.ts';
import { type Reader, refined } from './reader.ts';
import type { MachineShape } from './types.ts';

const example = 'general: {cores: 32, memory: 128 GiB, network: 25 Gbit/s, disk: 2 TB}';

const size = (noun: string, line: string) => positive(noun, `write for instance \`${line}\``);

const shape = object({
  cores: required(
    'Cores of a machine, as its seller counts them.',
    quantity({
      unit: 'core',
      bare: true,
      example: '32',
      checks: [
        {
          holds: (value) => value !== 0,
          message: () => 'a machine with zero cores does no work',
          advice: 'write for instance `cores: 32`',
        },
        size('a number of cores', 'cores: 32'),
        whole('a number of cores'),
      ],
    }),
    'cores: 32',
  ),
  memory: required(
    'Memory of a machine.',
    quantity({ unit: 'B', example: '128 GiB', checks: [size('a memory', 'memory: 128 GiB')] }),
    'memory: 128 GiB',
  ),
  network: required(
    'Bandwidth of the network card, in each direction.',
    quantity({ unit: 'B/s', example: '25 Gbit/s', checks: [size('a bandwidth', 'network: 25 Gbit/s')] }),
    'network: 25 Gbit/s',
  ),
  disk: required(
    'Disk of a machine.',
    quantity({ unit: 'B', example: '2 TB', checks: [size('a disk', 'disk: 2 TB')] }),
    'disk: 2 TB',
  ),
  coreSpeed: assumedQuantity(
    'Speed of a core relative to a core of the machine that was measured.',
    { unit: '1', example: '1', checks: [size('a core speed', 'coreSpeed: 1')] },
    '1',
    'nothing is known: the core is taken to be as fast as a measured one',
  ),
  smtYield: assumedQuantity(
    'Throughput of a hardware thread while its sibling is busy, relative to a whole core; 1 where cores are physical.',
    {
      unit: '1',
      example: '0.6',
      checks: [share('an SMT yield', { zero: false, one: true }, 'smtYield: 60 %')],
    },
    '1',
    'the cores are taken to be physical',
  ),
});

/** The key `machines`: shapes by name; the first is the default. */
export const machines: Reader<readonly MachineShape[]> = refined(named(shape, example), (shapes, at) => {
  if (at.entries?.size === 0) {
    return at.report('missing-key', '`machines` has no shape', `write for instance \`${example}\``);
  }
  return [...shapes].map(([name, read]) => ({ name, ...read }));
});
