/** Sections of the objectives, in the order in which they are shown. */
export const sections = [
  'budgets',
  'ledger',
  'failover',
  'tiers',
  'yield',
  'harvest',
  'latency',
  'alerts',
  'credits',
] as const;
export type Section = (typeof sections)[number];
