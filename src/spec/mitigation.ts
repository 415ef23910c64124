import { timeRule } from './failures.ts';
import { absent, defaulted, object } from './object.ts';
import { assumedQuantity } from './quantity.ts';

const keys = {
  page: assumedQuantity(
    'Time from a page until somebody works on it.',
    timeRule('a response time', 'page', '5 min'),
    '5 min',
    'usual for services that users meet: Site Reliability Engineering, 2016, chapter 11',
  ),
  ticket: assumedQuantity(
    'Time from a ticket until somebody works on it.',
    timeRule('a response time', 'ticket', '1 d'),
    '1 d',
    'tickets are read on the next day',
  ),
  report: assumedQuantity(
    'Time until somebody reports or sees what no alert notices, from the first failed request.',
    timeRule('a time', 'report', '1 d'),
    '1 d',
    'somebody looks at the graphs every day',
  ),
  drain: assumedQuantity(
    'Time to find one bad machine and take it out of the traffic.',
    timeRule('a time', 'drain', '5 min'),
    '5 min',
    'errors are seen by machine, and taking one out is one command',
  ),
  capacity: assumedQuantity(
    'Time until machines in places that are left have taken over the load of lost ones.',
    timeRule('a time', 'capacity', '20 min'),
    '20 min',
    'machines that stand ready are given the role and take traffic; nothing is bought',
  ),
  reroute: assumedQuantity(
    'Time until the traffic of a lost region is answered by the others.',
    timeRule('a time', 'reroute', '10 min'),
    '10 min',
    'a change of weights, and the time for which clients remember addresses',
  ),
  healthCheck: assumedQuantity(
    'Time until health checks take a dead machine out of the traffic.',
    timeRule('a time', 'healthCheck', '6 s'),
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
