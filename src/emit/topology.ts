import type { Plan } from '../plan/types.ts';
import type { Spec } from '../spec/types.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly says: string;
  /** Not in the path of a request. */
  readonly behind?: boolean;
}

/** The arrows of the essay's figure 1, between tiers instead of single machines, and what quotas need to know. */
export const edges: readonly Edge[] = [
  { from: 'loadBalancer', to: 'api', says: 'distributes' },
  { from: 'api', to: 'identityCache', says: 'every request' },
  { from: 'identityCache', to: 'identityData', says: 'misses', behind: true },
  { from: 'identityManagement', to: 'identityData', says: 'rare updates', behind: true },
  { from: 'api', to: 'queue', says: 'references' },
  { from: 'queue', to: 'worker', says: 'jobs' },
  { from: 'worker', to: 'api', says: 'bodies and results' },
  { from: 'worker', to: 'usageAggregator', says: 'records', behind: true },
  { from: 'usageAggregator', to: 'usageStore', says: 'roll-ups', behind: true },
  { from: 'api', to: 'usageStore', says: 'used so far', behind: true },
  { from: 'usageAggregator', to: 'coldStorage', says: 'raw records', behind: true },
  { from: 'coldStorage', to: 'batch', says: 'raw records', behind: true },
  { from: 'batch', to: 'billing', says: 'totals', behind: true },
  { from: 'batch', to: 'coldStorage', says: 'sealed records', behind: true },
];

/** The tiers with their counts in each region, as a Mermaid flowchart. */
export function topology(plan: Plan, spec: Spec): string {
  const lines = ['flowchart TB'];
  for (const region of spec.regions.value) {
    lines.push(`  subgraph region_${lines.length}[${quoted(region.name)}]`);
    for (const tier of plan.tiers) {
      const count = plan.quantities.get(tier.names.count)?.display ?? String(tier.count);
      lines.push(`    ${tier.id}${suffix(region.name, spec)}[${quoted(`${tier.title}<br/>${count}`)}]`);
    }
    lines.push('  end');
    for (const { from, to, says, behind } of edges) {
      const arrow = behind ? '-.->' : '-->';
      const end = suffix(region.name, spec);
      lines.push(`  ${from}${end} ${arrow}|${says}| ${to}${end}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Ids are unique over regions; with one region they stay short. */
function suffix(region: string, spec: Spec): string {
  const index = spec.regions.value.findIndex(({ name }) => name === region);
  return index === 0 ? '' : `_${index + 1}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '#quot;')}"`;
}
