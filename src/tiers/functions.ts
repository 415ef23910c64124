import { erlangB, erlangC } from '../models/queueing/erlang.ts';
import { grownTotal } from '../models/sizing/growth.ts';
import { quorumOverZones } from '../models/sizing/quorum-zones.ts';
import { survivingUnits, zoneStableCount } from '../models/sizing/replicas.ts';
import type { SheetFunction } from '../sheet/types.ts';
import { cacheFunctions } from './functions-cache.ts';
import { latencyFunctions } from './functions-latency.ts';
import { mixFunctions } from './functions-mix.ts';

/** What formulas of tiers, and of users, may call besides arithmetic. */
export const sheetFunctions: readonly SheetFunction[] = [
  ...mixFunctions,
  ...latencyFunctions,
  ...cacheFunctions,
  {
    name: 'zoneStable',
    meaning:
      'fewest units, spread evenly over zones, that carry the load with some zones lost; 0 where no zone is left',
    parameters: ['T', '1', '1'],
    result: 'T',
    source: 'static stability: ceil(load / (zones - lost)) in each zone',
    evaluate: (load: number, zones: number, lost: number) =>
      lost < zones ? zoneStableCount(load, zones, lost) : 0,
  },
  {
    name: 'survivors',
    meaning: 'units that are left when the fullest zones are lost',
    parameters: ['T', '1', '1'],
    result: 'T',
    evaluate: survivingUnits,
  },
  {
    name: 'quorumOverZones',
    meaning:
      'fewest units, at least the given number, of which a majority survives the loss of any zone; 0 where none does',
    parameters: ['T', '1'],
    result: 'T',
    evaluate: (least: number, zones: number) => quorumOverZones(least, zones) ?? 0,
  },
  {
    name: 'erlangB',
    meaning: 'chance that a request finds all servers busy and is lost',
    parameters: ['T', 'T'],
    result: '1',
    source: 'Erlang 1917',
    evaluate: erlangB,
  },
  {
    name: 'erlangC',
    meaning: 'chance that a request has to wait for a server',
    parameters: ['T', 'T'],
    result: '1',
    source: 'Erlang 1917',
    evaluate: erlangC,
  },
  {
    name: 'grownTotal',
    meaning: 'what accumulates when a rate grows by a ratio per year',
    parameters: ['T/s', '1', 's'],
    result: 'T',
    evaluate: grownTotal,
  },
];
