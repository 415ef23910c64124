import type { Spec } from '../../spec/types.ts';
import { formatQuantity } from '../../units/format.ts';
import type { Finding } from '../types.ts';
import { watchFindings } from './findings-watch.ts';
import type { Ledger, LedgerLine, SloPlan } from './types.ts';

/** What findings are made of. */
export type Found = Pick<
  SloPlan,
  'ledgers' | 'failovers' | 'split' | 'harvest' | 'latency' | 'alerts' | 'credits' | 'budgets'
>;

/** What a person should decide: errors first, which are what `--check` fails for. */
export function sloFindings(found: Found, spec: Spec): Finding[] {
  const all = [
    ...found.ledgers.flatMap((ledger) => ledgerFindings(ledger, spec)),
    ...failoverFindings(found),
    ...splitFindings(found),
    ...watchFindings(found),
  ];
  const rank = { error: 0, warning: 1, advice: 2 } as const;
  return all.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

function ledgerFindings(ledger: Ledger, spec: Spec): Finding[] {
  return [
    ...missFinding(ledger, spec),
    ...overspent(ledger),
    ...ledger.lines.filter(({ overCap }) => overCap).map((line) => overCap(ledger, line)),
  ];
}

function missFinding({ slo, miss, lines }: Ledger, { objectives }: Spec): Finding[] {
  if (miss.met) return [];
  const [owner] = miss.owners;
  const line = lines.find(({ mode }) => mode === owner?.mode);
  const { origin } = objectives.availability.missChance;
  const place =
    origin.kind === 'given' && 'line' in origin
      ? { place: { file: origin.file, line: origin.line, column: origin.column } }
      : {};
  return [
    {
      code: 'miss-chance',
      severity: 'error',
      message:
        `${slo}: a window misses the objective with a chance of ${percent(miss.chance.high)}, and ${percent(miss.largest)} are accepted` +
        (owner === undefined ? '' : `; ${percent(owner.share)} of it is owned by the line ${owner.title}`),
      advice: line === undefined ? 'see the lines of the ledger' : leverText(line),
      ...place,
    },
  ];
}

function overspent({ slo, spent, unspent, lines }: Ledger): Finding[] {
  if (unspent.requests.value >= 0) return [];
  const [dearest] = lines;
  return [
    {
      code: 'budget-overspent',
      severity: 'error',
      message: `${slo}: the lines of the ledger spend ${percent(spent.share)} of the budget in an average window`,
      advice: dearest === undefined ? 'see the lines of the ledger' : leverText(dearest),
    },
  ];
}

function overCap({ slo, cap }: Ledger, line: LedgerLine): Finding {
  return {
    code: 'line-above-cap',
    severity: 'warning',
    message: `${slo}: the line ${line.title} takes ${percent(line.budgetShare)} of the budget, more than ${percent(cap)}`,
    advice: leverText(line),
  };
}

/** The lever that saves most, and where it must stand. */
function leverText({ title, levers }: LedgerLine): string {
  const [best] = levers;
  if (best === undefined) return `look at what ${title} costs`;
  const { lever, now, needed, advice } = best;
  return `${lever}: ${advice} (now ${now}${needed === undefined ? '' : `, needed ${needed}`})`;
}

function failoverFindings({ failovers }: Found): Finding[] {
  return failovers.flatMap(({ tier, title, lines: [automatic, manual] }) => {
    if (!(manual.chosen && manual.inPath)) return [];
    return [
      {
        code: 'manual-failover',
        severity: 'warning',
        tier,
        message:
          `${title}: each loss of its leader waits ${formatQuantity(manual.outageSeconds, 'min')} for people and spends ${percent(manual.perLoss)} of the budget; ` +
          `a window misses with a chance of ${percent(manual.missChance.high)}`,
        advice: `fail over by software: then ${percent(automatic.missChance.high)} of the windows miss`,
      },
    ];
  });
}

function splitFindings({ split }: Found): Finding[] {
  const over = split.tiers.filter(({ fits }) => fits === false).map(({ title }) => title);
  return [
    ...(split.ceiling?.met === false
      ? [
          {
            code: 'promises-above-ceiling',
            severity: 'warning',
            message: `the promises of ${split.ceiling.counted.map(({ name }) => name).join(', ')} add up to ${percent(split.ceiling.unavailability)} of unavailability, more than the objective allows`,
            advice: `a critical tier should offer a nine more than the service, ${percent(Number(split.extraNine))}; below that are ${split.belowExtraNine.join(', ')}`,
          } as const,
        ]
      : []),
    ...(split.outside.length + split.without.length > 0 ? [misplaced(split)] : []),
    ...(over.length > 0
      ? [
          {
            code: 'tier-above-share',
            severity: 'advice',
            message: `by the availability model ${over.join(', ')} need more than their shares of the budget`,
            advice: 'give them more (objectives.split), or mend them: headroom plan availability says how',
          } as const,
        ]
      : []),
  ];
}

/** Shares that were given to tiers which no request needs, or not given to some that one does. */
function misplaced({ outside, without }: Found['split']): Finding {
  const parts = [
    ...(outside.length > 0
      ? [`no request fails without ${outside.join(', ')}, to which a share is given`]
      : []),
    ...(without.length > 0 ? [`a request fails without ${without.join(', ')}, to which none is given`] : []),
  ];
  return {
    code: 'split-beside-path',
    severity: 'warning',
    message: `the split of the budget does not match the path of a request: ${parts.join('; ')}`,
    advice:
      'give shares to the tiers that a request needs (objectives.split, dependencies), and to no others',
  };
}

function percent(share: number): string {
  return formatQuantity(share, '%');
}
