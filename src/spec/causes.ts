import { positive, whole } from './checks.ts';
import { rateRule, repairRule, shareRule, timeRule } from './failures.ts';
import { absent, defaulted, object, optional, required } from './object.ts';
import { assumedQuantity, quantity } from './quantity.ts';
import { list, refined, text } from './reader.ts';
import { withOrigin } from './value.ts';

const detectionRule = timeRule('a detection time', 'detection', '10 min');

const stage = object({
  share: required(
    'Share of the machines that has the change by then.',
    quantity(shareRule('a share', 'share', '5 %', false)),
    'share: 5 %',
  ),
  bake: required('Time until the next stage.', quantity(timeRule('a bake time', 'bake', '1 h')), 'bake: 1 h'),
});

/** Stages of a push, each with a larger share than the one before. */
const stages = refined(list(stage, 'stages: [{share: 5 %, bake: 1 h}]'), (read, at) => {
  const wrong = read.findIndex(({ share }, i) => share.value <= (read[i - 1]?.share.value ?? 0));
  if (wrong < 0) return read;
  at.items?.[wrong]
    ?.at('share')
    ?.report(
      'out-of-range',
      `\`${at.path}\`: the shares of the stages do not rise`,
      'give each stage a larger share than the one before, the first above 0 %',
    );
  return undefined;
});

const any = {
  rate: optional('How often it begins, in the whole service.', quantity(rateRule)),
  detection: optional('Time until it is noticed.', quantity(detectionRule)),
  repair: optional('Time from then until it is over, such as a rollback.', quantity(repairRule)),
  tiers: optional(
    'Tiers in its reach; the usual ones where left out.',
    withOrigin(list(text('api'), 'tiers: [api]')),
  ),
};

const change = object({
  ...any,
  coverage: optional(
    'Share of bad changes that can be noticed while they are staged.',
    quantity(shareRule('a coverage', 'coverage', '90 %')),
  ),
  stages: optional('Stages of a push before it reaches everything.', withOrigin(stages)),
});

const poison = object({
  ...any,
  shards: optional(
    'Parts into which customers are divided, each with machines of its own.',
    quantity({
      unit: '1',
      example: '8',
      checks: [positive('a number of shards', 'shards: 8'), whole('a number')],
    }),
  ),
});

const partial = object({
  ...any,
  share: optional(
    'Chance that a machine in its reach is taken.',
    quantity(shareRule('a share', 'share', '50 %')),
  ),
});

const causeKeys = {
  outages: assumedQuantity(
    'Outages of the whole service, over which published shares of causes are spread.',
    { ...rateRule, example: '4 /y' },
    '4 /y',
    'one in a quarter; published are shares of causes, not their rates',
  ),
  version: optional('A bad release of a tier.', change),
  configuration: optional('A bad configuration, pushed to the whole service.', change),
  poisonRequest: optional('A request that takes server after server.', poison),
  clientCohort: optional('Clients that all change their ways at once.', partial),
  certificate: optional('A certificate that expires.', partial),
  controlPlane: optional('Loss of what all tiers are run by: names, identities, scheduler.', partial),
};

/** The key `causes`: what takes machines wherever they stand. */
export const causes = defaulted(
  'What takes machines wherever they stand; published shares where left out.',
  object(causeKeys),
  '{}',
  () => absent(causeKeys),
);
