import type { CauseKind } from '../../spec/types.ts';
import { assumed, type Figure } from './input.ts';

/** What is known of a kind of cause before anybody has said anything about it. */
export interface UsualCause {
  readonly title: string;
  /** `tier`: it takes one tier at a time. */
  readonly scope: 'service' | 'tier';
  /** Share of the service's outages, from the catalogue. */
  readonly published?: { readonly id: string; readonly part: number };
  readonly perYear?: Figure;
  readonly detection: Figure;
  readonly repair: Figure;
  readonly share: Figure;
  readonly tiers: (all: readonly string[]) => readonly string[];
}

const everything = assumed(1, 'it takes all machines in its reach');
const noticed = assumed(1 / 6, 'ten minutes until an alert on the error rate has fired and was read');
const entrance = ['loadBalancer', 'api'];

/** What is usual for each kind of cause. Durations within the 10 to 100 minutes of most outages (Govindan 2016). */
export const usualCauses: Readonly<Record<CauseKind, UsualCause>> = {
  version: {
    title: 'bad release',
    scope: 'tier',
    published: { id: 'google-binary-push', part: 1 },
    detection: noticed,
    repair: assumed(1 / 3, 'twenty minutes to roll a release back'),
    share: everything,
    tiers: (all) => all,
  },
  configuration: {
    title: 'bad configuration',
    scope: 'service',
    published: { id: 'google-configuration-push', part: 1 },
    detection: noticed,
    repair: assumed(1 / 3, 'twenty minutes to push the old configuration'),
    share: everything,
    tiers: (all) => all,
  },
  poisonRequest: {
    title: 'poison request',
    scope: 'tier',
    published: { id: 'google-user-behaviour', part: 0.5 },
    detection: noticed,
    repair: assumed(1 / 3, 'twenty minutes to find and block the client'),
    share: everything,
    tiers: (all) => all.filter((id) => id === 'api' || id === 'worker'),
  },
  clientCohort: {
    title: 'client cohort',
    scope: 'service',
    published: { id: 'google-user-behaviour', part: 0.5 },
    detection: noticed,
    repair: assumed(1 / 3, 'twenty minutes to limit the clients'),
    share: assumed(0.5, 'half of the machines have such clients connected'),
    tiers: (all) => all.filter((id) => entrance.includes(id)),
  },
  certificate: {
    title: 'expired certificate',
    scope: 'service',
    perYear: assumed(0.1, 'renewal is automatic and fails unnoticed once in ten years'),
    detection: noticed,
    repair: assumed(1, 'an hour to issue and spread a new one'),
    share: everything,
    tiers: (all) => all.filter((id) => id === 'loadBalancer'),
  },
  controlPlane: {
    title: 'control plane',
    scope: 'service',
    published: { id: 'google-provider', part: 1 },
    detection: noticed,
    repair: assumed(5 / 6, 'fifty minutes until the provider has mended it'),
    share: everything,
    tiers: (all) => all,
  },
};
