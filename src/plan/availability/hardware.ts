import { catalogueRate } from '../../models/reliability/catalogue.ts';
import { type GreyFault, greyBehaviour } from '../../models/reliability/grey.ts';
import type { Spec } from '../../spec/types.ts';
import type { Event } from './event.ts';
import type { Hardware } from './fleet.ts';
import { assumed, eventOf, type Figure, type Inputs, machinesTaken, published } from './input.ts';

/** Machines of the cluster that Dean's list is about; reports of a talk of 2008. */
const clusterMachines = 1800;
const clusterNote = `per cluster of about ${clusterMachines} machines`;

/** What fails inside zones, from the spec and the catalogue. */
export function hardwareOf({ failures }: Spec, inputs: Inputs): Hardware {
  const machine = eventOf(inputs, 'machine', 'single machines', 'a machine', failures.machine, {
    perYear: published('ford-node').perYear,
    repair: assumed(2, 'a machine that does not come back by itself is replaced within hours'),
  });
  const rack = eventOf(inputs, 'rack', 'racks', 'a rack', failures.rack, {
    perYear: published('ford-rack').perYear,
    repair: published('dean-rack').repair as Figure,
  });
  const pdu = catalogueRate('dean-pdu');
  const power = eventOf(inputs, 'power', 'power', 'a power distribution unit', failures.power, {
    perYear: scaled('dean-pdu', machinesTaken(pdu) / clusterMachines),
    repair: published('dean-pdu').repair as Figure,
  });
  const switches = eventOf(inputs, 'switch', 'switches', 'a switch', failures.switch, {
    perYear: scaled('dean-network-maintenance', 0.5, 'about half of the maintenances lose connections'),
    repair: published('dean-network-maintenance').repair as Figure,
  });
  return { machine, rack: [rack], power: [power], switch: [switches] };
}

/** What takes a zone as a whole: what the spec says, else Dean's overheating and router failures of a cluster. */
export function zoneEvents({ failures }: Spec, inputs: Inputs): Event[] {
  if (failures.zone !== undefined) {
    return [eventOf(inputs, 'zone', 'zones', 'a zone', failures.zone, bothOf('dean-overheating'))];
  }
  return [
    eventOf(
      inputs,
      'zone.overheating',
      'zone overheating',
      'the cooling of a zone',
      undefined,
      bothOf('dean-overheating'),
    ),
    eventOf(inputs, 'zone.router', 'zone router', 'the router of a zone', undefined, bothOf('dean-router')),
  ];
}

/** Loss of the region; no rate is published, so it is only there where the spec gives one. */
export function regionEvents({ failures }: Spec, inputs: Inputs): Event[] {
  if (failures.region === undefined) return [];
  return [eventOf(inputs, 'region', 'region', 'the region', failures.region, bothOf('dean-overheating'))];
}

/** How a machine goes grey, and on how many machines a request is tried. */
export interface Grey {
  readonly fault: GreyFault;
  readonly attempts: number;
}

/** Grey failures as the spec or the catalogue has them. */
export function greyOf({ failures: { grey } }: Spec, inputs: Inputs): Grey {
  const entry = catalogueRate('dean-rack-wonky');
  const perMachine = machinesTaken(entry) / clusterMachines;
  const rate = inputs.rate(
    'failures.grey.rate',
    'how often a machine answers and loses requests',
    grey?.rate,
    scaled('dean-rack-wonky', perMachine),
  );
  const detection = inputs.hours(
    'failures.grey.detection',
    'time until a grey machine is taken out of service',
    grey?.detection,
    assumed(0.5, 'probes see answers; somebody has to notice the errors'),
  );
  const repair = inputs.hours(
    'failures.grey.repair',
    'time until it is well again',
    grey?.repair,
    assumed(2, 'as for any machine'),
  );
  const lost = inputs.share(
    'failures.grey.lost',
    'share of its requests that a grey machine loses',
    grey?.lost,
    {
      value: 0.5,
      origin: { kind: 'cited', source: entry.source },
    },
  );
  const slow = inputs.share(
    'failures.grey.slow',
    'share of its requests that a grey machine answers slowly',
    grey?.slow,
    assumed(Math.min(0.5, 1 - lost), 'what is not lost is sent again'),
  );
  const attempts = inputs.note(
    'failures.grey.attempts',
    'machines on which a request is tried',
    'machine',
    grey?.attempts ?? assumed(1, 'no retry is counted on'),
  );
  const passesAfter = Number.POSITIVE_INFINITY;
  const times = { detectionTime: detection, passesAfter, repairTime: repair };
  return { fault: { name: 'grey', rate, ...times, lost, slow }, attempts };
}

/** Share of the requests that grey machines lose; it hardly depends on how many machines there are. */
export function greyLoss({ fault, attempts }: Grey, machines: number): Event {
  const { unavailability, seenDown } = greyBehaviour([fault], machines, attempts);
  // That every machine is out of service at once is counted with the machines.
  const lost = Math.max(0, unavailability - seenDown ** machines);
  return { name: 'grey failures', unavailability: lost, hours: fault.detectionTime };
}

function bothOf(id: string): { perYear: Figure; repair: Figure } {
  const { perYear, repair } = published(id);
  return { perYear, repair: repair as Figure };
}

/** A published rate of a cluster, for one of its parts. */
function scaled(id: string, part: number, note = clusterNote): Figure {
  const { perYear } = published(id);
  const { source } = perYear.origin as { source: string };
  return { value: perYear.value * part, origin: { kind: 'cited', source: `${source}; ${note}` } };
}
