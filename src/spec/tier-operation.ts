import { notNegative, positive, whole } from './checks.ts';
import { shareRule, timeRule } from './failures.ts';
import { object, optional, required } from './object.ts';
import { quantity } from './quantity.ts';
import { choice, type Reader, refined } from './reader.ts';
import type { FailoverSpec } from './types.ts';
import { withOrigin } from './value.ts';

const modes = withOrigin(choice(['automatic', 'manual']));

const failoverMap = object({
  mode: required('Who promotes another node: software or people.', modes, 'mode: automatic'),
  detection: optional(
    'Time until the loss is noticed.',
    quantity(timeRule('a detection time', 'detection', '10 s')),
  ),
  promotion: optional(
    'Time from the decision until another node serves.',
    quantity(timeRule('a promotion time', 'promotion', '20 s')),
  ),
  response: optional(
    'Time until somebody who was paged is there.',
    quantity(timeRule('a response time', 'response', '15 min')),
  ),
  decision: optional(
    'Time in which people find out and decide.',
    quantity(timeRule('a time', 'decision', '10 min')),
  ),
  failureChance: optional(
    'Chance that an automatic failover does not work.',
    quantity(shareRule('a chance', 'failureChance', '1 %')),
  ),
});

/** `failover: manual`, or a map with the times. */
export const failover: Reader<FailoverSpec> = {
  get schema() {
    return { anyOf: [modes.schema, failoverMap.schema] };
  },
  read: (at) => {
    if (at.text === undefined) return failoverMap.read(at);
    const mode = modes.read(at);
    return mode && { mode };
  },
};

const bytes = (key: string, example: string) => ({
  unit: 'B',
  example,
  checks: [positive('a size', `write for instance \`${key}: ${example}\``)],
});

const dataMap = object({
  bytes: optional('State that a restore must bring back.', quantity(bytes('bytes', '2 GB'))),
  replication: required(
    'How copies follow: an acknowledged write is on them (synchronous) or on its way.',
    withOrigin(choice(['none', 'asynchronous', 'synchronous'])),
    'replication: synchronous',
  ),
  copies: optional(
    'Copies of each record.',
    quantity({ unit: '1', example: '3', checks: [positive('a number', 'copies: 3'), whole('a number')] }),
  ),
  lag: optional(
    'How far a copy is behind, usually.',
    quantity({ unit: 's', example: '2 s', checks: [notNegative('a lag', 'lag: 2 s')] }),
  ),
  lagWorst: optional(
    'How far a copy is behind at worst.',
    quantity({ unit: 's', example: '60 s', checks: [notNegative('a lag', 'lagWorst: 60 s')] }),
  ),
  backupEvery: optional(
    'Time between the starts of two backups.',
    quantity(timeRule('an interval', 'backupEvery', '1 h')),
  ),
  backupTakes: optional(
    'Time until a backup is safe elsewhere.',
    quantity(timeRule('a duration', 'backupTakes', '10 min')),
  ),
  logEvery: optional(
    'Time between two shipments of the log.',
    quantity(timeRule('an interval', 'logEvery', '1 min')),
  ),
  restoreBandwidth: optional(
    'What the backup store gives to a restore.',
    quantity({
      unit: 'B/s',
      example: '10 Gbit/s',
      checks: [positive('a bandwidth', 'write for instance `restoreBandwidth: 10 Gbit/s`')],
    }),
  ),
});

/** How the state of a tier is copied, for its recovery point and time. */
export const data = refined(dataMap, (read, at) => {
  const { replication, lag, lagWorst } = read;
  // Where nothing is said a copy is taken to be a second behind.
  if (replication.value !== 'asynchronous' || lagWorst === undefined) return read;
  if (lagWorst.value >= (lag?.value ?? 1)) return read;
  return at
    .at('lagWorst')
    ?.report(
      'out-of-range',
      `\`${at.path}.lagWorst\` is less than the usual lag of ${lag === undefined ? 'a second' : at.at('lag')?.text}`,
      'give at least the usual lag, or leave it out',
    );
});

/** What operation has shown; the parts must agree with each other. */
export const observed = refined(
  object({
    time: required(
      'Time for which the tier was watched.',
      quantity(timeRule('an observed time', 'time', '90 d')),
      'time: 90 d',
    ),
    outages: required(
      'Outages of the tier as a whole in that time.',
      quantity({
        unit: '1',
        example: '0',
        checks: [notNegative('a number of outages', 'write for instance `outages: 0`'), whole('a number')],
      }),
      'outages: 0',
    ),
    downtime: optional(
      'How long they lasted together.',
      quantity(timeRule('a downtime', 'downtime', '40 min')),
    ),
  }),
  (read, at) => {
    const { time, outages, downtime } = read;
    if (downtime === undefined) return read;
    if (outages.value === 0)
      return at
        .at('downtime')
        ?.report(
          'out-of-range',
          `\`${at.path}\` has a downtime and no outage`,
          'count the outage, or remove the downtime',
        );
    if (downtime.value < time.value) return read;
    return at
      .at('downtime')
      ?.report(
        'out-of-range',
        `\`${at.path}\` was down as long as it was watched`,
        'give the time watched and the part of it that was lost',
      );
  },
);
