import { timeRule } from './failures.ts';
import { absent, defaulted, object } from './object.ts';
import { assumedQuantity } from './quantity.ts';

/** A time that is assumed where the spec says nothing, with the reason. */
function time(key: string, noun: string, meaning: string, value: string, why: string) {
  return assumedQuantity(meaning, timeRule(noun, key, value), value, why);
}

const keys = {
  page: time(
    'page',
    'a response time',
    'Time from a page until somebody works on it.',
    '5 min',
    'usual for services that users meet: Site Reliability Engineering, 2016, chapter 11',
  ),
  ticket: time(
    'ticket',
    'a response time',
    'Time from a ticket until somebody works on it.',
    '1 d',
    'tickets are read on the next day',
  ),
  report: time(
    'report',
    'a time',
    'Time until somebody reports or sees what no alert notices, from the first failed request.',
    '1 d',
    'somebody looks at the graphs every day',
  ),
  drain: time(
    'drain',
    'a time',
    'Time to find one bad machine and take it out of the traffic.',
    '5 min',
    'errors are seen by machine, and taking one out is one command',
  ),
  capacity: time(
    'capacity',
    'a time',
    'Time until machines in places that are left have taken over the load of lost ones.',
    '20 min',
    'machines that stand ready are given the role and take traffic; nothing is bought',
  ),
  reroute: time(
    'reroute',
    'a time',
    'Time until the traffic of a lost region is answered by the others.',
    '10 min',
    'a change of weights, and the time for which clients remember addresses',
  ),
  healthCheck: time(
    'healthCheck',
    'a time',
    'Time until health checks take a dead machine out of the traffic.',
    '6 s',
    'three failed checks, two seconds apart',
  ),
};

/** The key `mitigation`: how soon people and software act, apart from how long repairs take. */
export const mitigation = defaulted(
  'How soon people and software act on a failure, apart from how long its repair takes.',
  object(keys),
  '{}',
  () => absent(keys),
);
