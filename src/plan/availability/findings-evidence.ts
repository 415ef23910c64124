import type { ClaimTest } from '../../models/statistics/demonstration.ts';
import type { Finding } from '../types.ts';
import { noneAtMost, type Proof } from './demonstrated.ts';
import type { AvailabilityFacts } from './findings.ts';
import { availabilityText, hoursText } from './text.ts';
import type { AvailabilityRow } from './types.ts';

/** Objectives that operation has not shown, and how long it would have to run without an outage to show them. */
export function evidenceFindings({ tables, claim, facts }: AvailabilityFacts): Finding[] {
  const steady = tables.find(({ question }) => question === 'steady');
  if (steady === undefined) return [];
  const rows = [steady.service, ...steady.rows].filter(({ objective }) => objective !== undefined);
  const silent = rows.filter(({ demonstrated }) => demonstrated.kind === 'none');
  return [
    ...contradicted(claim),
    ...rows.flatMap((row) => unsupported(row, facts.observed.get(row.id))),
    ...noEvidence(silent),
  ];
}

/** Machines that fail oftener than the model was told. */
function contradicted(claim: ClaimTest | undefined): Finding[] {
  if (claim?.verdict !== 'contradicted') return [];
  const { observed, expected, claimedMttf, demonstratedMttf } = claim;
  return [
    {
      code: 'assumption-contradicted',
      severity: 'warning',
      message: `machines failed ${observed} times where a mean time to failure of ${hoursText(claimedMttf)} expects ${Number(expected.toPrecision(3))}`,
      advice: `set failures.machine to what was seen: a mean time to failure of ${hoursText(demonstratedMttf)} is all that it supports`,
    },
  ];
}

function unsupported(row: AvailabilityRow, proof: Proof | undefined): Finding[] {
  const { demonstrated, objective = 1, meanOutageHours = 0 } = row;
  if (proof === undefined || demonstrated.kind === 'none' || demonstrated.value <= objective) return [];
  const { outages } = demonstrated;
  const seen = outages === 0 ? 'no outage' : outages === 1 ? '1 outage' : `${outages} outages`;
  return [
    {
      code: 'claim-not-supported',
      severity: 'warning',
      ...(row.id === 'service' ? {} : { tier: row.id }),
      message: `${row.title}: ${hoursText(demonstrated.hours)} with ${seen} show ${availabilityText(demonstrated.value)} at 95 %, not ${availabilityText(objective)}`,
      advice: neededText(objective, meanOutageHours, proof),
    },
  ];
}

/** T = m / λ, m the upper bound of the mean number of outages: see `hoursToSupport`. */
function neededText(
  objective: number,
  modelHours: number,
  { outages, outagesAtMost, downHours }: Pick<Proof, 'outages' | 'outagesAtMost' | 'downHours'>,
): string {
  // What was seen of outages says more of their length than the model does.
  const meanOutageHours = outages > 0 && downHours !== undefined ? downHours / outages : modelHours;
  if (!(meanOutageHours > 0)) return 'go on watching';
  const rate = objective / (1 - objective) / meanOutageHours;
  const needed = outagesAtMost / rate;
  const seen = outages === 1 ? 'this 1 outage' : `these ${outages} outages`;
  const more = outages === 0 ? 'without an outage' : `with no more than ${seen}`;
  return `it takes ${hoursText(needed)} ${more}, at ${hoursText(meanOutageHours)} an outage, to show the objective`;
}

function noEvidence(rows: readonly AvailabilityRow[]): Finding[] {
  const first = rows.find(({ id }) => id !== 'service') ?? rows[0];
  if (first === undefined) return [];
  const { objective = 1, meanOutageHours = 0 } = first;
  const need =
    meanOutageHours > 0
      ? `; for ${first.title}, ${neededText(objective, meanOutageHours, { outages: 0, outagesAtMost: noneAtMost })}`
      : '';
  return [
    {
      code: 'no-evidence',
      severity: 'advice',
      message: `nothing that was observed stands behind ${rows.map(({ title }) => title).join(', ')}`,
      advice: `give tiers.NAME.observed, or an incident file with --incidents${need}`,
    },
  ];
}
