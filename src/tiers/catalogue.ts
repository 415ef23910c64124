import { api } from './api.ts';
import { batch } from './batch.ts';
import { billing } from './billing.ts';
import { coldStorage } from './cold-storage.ts';
import { identityCache } from './identity-cache.ts';
import { identityData } from './identity-data.ts';
import { identityManagement } from './identity-management.ts';
import { loadBalancer } from './load-balancer.ts';
import { queue } from './queue.ts';
import type { TierModel } from './tier.ts';
import { usageAggregator } from './usage-aggregator.ts';
import { usageStore } from './usage-store.ts';
import { worker } from './worker.ts';

/** Every tier of the source's figure, in the order of a request's way. */
export const tierCatalogue: readonly TierModel[] = [
  loadBalancer,
  api,
  identityCache,
  identityData,
  identityManagement,
  queue,
  worker,
  usageAggregator,
  usageStore,
  batch,
  billing,
  coldStorage,
];
