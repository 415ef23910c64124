import { notNegative, positive, share, whole } from './checks.ts';
import { absent, defaulted, object, optional } from './object.ts';
import { assumedQuantity, type QuantityRule, quantity } from './quantity.ts';
import { choice, refined } from './reader.ts';
import { assumedValue, withOrigin } from './value.ts';

export const rateRule: QuantityRule = {
  unit: '1/s',
  example: '2 /y',
  checks: [notNegative('a rate', 'write for instance `rate: 2 /y`')],
};

/** A time that is not nothing, with an example line. */
export function timeRule(noun: string, key: string, example: string): QuantityRule {
  return { unit: 's', example, checks: [positive(noun, `write for instance \`${key}: ${example}\``)] };
}

/** A share from 0 % to 100 %. */
export function shareRule(noun: string, key: string, example: string, one = true): QuantityRule {
  return { unit: '1', example, checks: [share(noun, { zero: true, one }, `${key}: ${example}`)] };
}

export const repairRule = timeRule('a repair time', 'repair', '2 h');

const likelihood = refined(
  object({
    unavailability: optional(
      'Share of time in which it is down.',
      quantity(shareRule('an unavailability', 'unavailability', '1 %', false)),
    ),
    rate: optional('How often it fails while it is well.', quantity(rateRule)),
    repair: optional('Time until it is back.', quantity(repairRule)),
  }),
  (read, at) => {
    if (Object.keys(read).length < 3) return read;
    return at.report(
      'out-of-range',
      `\`${at.path}\` gives unavailability, rate and repair, of which two decide the third`,
      'leave one of the three out',
    );
  },
);

const grey = object({
  rate: optional('How often a machine goes grey.', quantity(rateRule)),
  detection: optional(
    'Time until it is taken out of service.',
    quantity(timeRule('a detection time', 'detection', '30 min')),
  ),
  repair: optional('Time from then until it is well again.', quantity(repairRule)),
  lost: optional(
    'Share of the requests that reach it and are lost.',
    quantity(shareRule('a share', 'lost', '50 %')),
  ),
  slow: optional(
    'Share of the requests that reach it and are answered slowly.',
    quantity(shareRule('a share', 'slow', '50 %')),
  ),
  attempts: optional(
    'Machines that a request is tried on before it fails.',
    quantity({ unit: '1', example: '2', checks: [positive('a number', 'attempts: 2'), whole('a number')] }),
  ),
});

const levels = {
  machine: optional('One machine, for whatever reason of its own, restarts counted.', likelihood),
  rack: optional('A rack as a whole.', likelihood),
  power: optional('A power distribution unit with its racks.', likelihood),
  switch: optional('A switch with all that hangs on it.', likelihood),
  zone: optional('A zone as a whole; replaces all published causes of such a loss.', likelihood),
  region: optional('A region as a whole; not modelled where it is left out.', likelihood),
  grey: optional('Machines that are neither well nor down.', grey),
};

/** The key `failures`: how often places fail; the catalogue fills what is left out. */
export const failures = defaulted(
  'How often machines and the places that hold them fail; published rates where left out.',
  object(levels),
  '{}',
  () => ({}),
);

const count = (noun: string, key: string, example: string): QuantityRule => ({
  unit: '1',
  example,
  checks: [positive(noun, `write for instance \`${key}: ${example}\``), whole(noun)],
});

const placementKeys = {
  spread: assumedValue(
    'Whether the machines of a tier are spread over the zones of the region.',
    withOrigin(choice(['zones', 'none'])),
    'zones',
    'zones',
    'anything else makes a zone a single point of failure',
  ),
  machinesPerRack: assumedQuantity(
    'Machines of one tier that share a rack.',
    count('a number of machines', 'machinesPerRack', '10'),
    '10',
    'racks hold 40 to 80 machines of many tiers',
  ),
  racksPerPower: assumedQuantity(
    'Racks of one tier that share a power distribution unit.',
    count('a number of racks', 'racksPerPower', '4'),
    '4',
    'a unit feeds several racks',
  ),
  powersPerSwitch: assumedQuantity(
    'Power distribution units of one tier that share a switch.',
    count('a number of units', 'powersPerSwitch', '2'),
    '2',
    'a switch of the aggregation layer serves a row',
  ),
};

/** The key `placement`: how the machines of a tier share racks, power, switches and zones. */
export const placement = defaulted(
  'How the machines of a tier share racks, power, switches and zones.',
  object(placementKeys),
  '{}',
  () => absent(placementKeys),
);

const cost = (doc: string, text: string, why: string) =>
  assumedQuantity(
    doc,
    {
      unit: '1',
      example: text,
      checks: [notNegative('a cost', `write for instance \`${text}\`, relative to one machine`)],
    },
    text,
    why,
  );

const mendingKeys = {
  spread: cost('Cost of placing machines apart.', '0.1', 'a setting of the scheduler'),
  stage: cost(
    'Cost of pushing in stages, relative to one more machine.',
    '0.5',
    'changes take longer to arrive',
  ),
  shard: cost(
    'Cost of dividing customers into shards, relative to one more machine.',
    '2',
    'routing has to know the shards',
  ),
  detect: cost(
    'Cost of seeing a cause sooner, relative to one more machine.',
    '1',
    'alerts on symptoms and somebody who answers them',
  ),
  detection: assumedQuantity(
    'Time in which a cause is seen once detection was mended.',
    timeRule('a detection time', 'detection', '2 min'),
    '2 min',
    'two intervals of an alert on a fast burn of the error budget',
  ),
};

/** The key `mending`: in which order remedies are tried. */
export const mending = defaulted(
  'What remedies cost relative to one machine; the cheapest that suffices is proposed.',
  object(mendingKeys),
  '{}',
  () => absent(mendingKeys),
);
