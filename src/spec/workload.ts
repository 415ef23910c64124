import { notNegative, positive } from './checks.ts';
import { object, required } from './object.ts';
import { payload } from './payload.ts';
import { assumedQuantity, quantity } from './quantity.ts';
import { flatTraffic, traffic } from './traffic.ts';
import { assumedValue } from './value.ts';

/** The key `workload`: who asks, how often, when, and for what. */
export const workload = object({
  users: required(
    'Users of the service, over all regions.',
    quantity({
      unit: 'user',
      bare: true,
      example: '100k',
      checks: [positive('a number of users', 'write for instance `users: 100k`')],
    }),
    'users: 100k',
  ),
  peak: required(
    'Highest request rate of one region.',
    quantity({
      unit: 'req/s',
      example: '10k req/s',
      checks: [positive('a request rate', 'write for instance `peak: 10k req/s`')],
    }),
    'peak: 10k req/s',
  ),
  traffic: assumedValue(
    'Rate over the hours of a day, relative to the peak.',
    traffic,
    'flat',
    flatTraffic,
    'no profile is given: every hour is planned as the peak hour, which never sizes too small',
  ),
  payload: required(
    'Sizes of the request bodies.',
    payload,
    'payload: {max: 1 MB, mean: 256 kB, p99: 900 kB}',
  ),
  surge: assumedQuantity(
    'Demand above the peak that must be carried beyond the headroom, as a share of the peak.',
    {
      unit: '1',
      example: '0 %',
      checks: [notNegative('a surge', 'write 0 % or more, for instance `surge: 10 %`')],
    },
    '0 %',
    'the headroom is the allowance for surges',
  ),
  growth: assumedQuantity(
    'Growth of the demand in a year, as a share.',
    {
      unit: '1',
      example: '20 %',
      checks: [
        {
          holds: (value) => value > -1,
          message: (text) => `a growth of ${text} leaves no demand`,
          advice: 'write more than -100 %, for instance `growth: 20 %`',
        },
      ],
    },
    '0 %',
    'no growth is given: the plan is for the demand of today',
  ),
});
