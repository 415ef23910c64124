import type { TierAnswers } from '../spec/types.ts';
import type { PlanFacts } from './findings.ts';
import type { Finding, TierPlan } from './types.ts';

const questions: readonly { key: string; answered: (answers: TierAnswers) => boolean; question: string }[] = [
  { key: 'scope', answered: ({ scope }) => scope !== undefined, question: 'is it global or regional?' },
  {
    key: 'tenancy',
    answered: ({ tenancy }) => tenancy !== undefined,
    question: 'is it single-tenant or multi-tenant?',
  },
  {
    key: 'guarantees',
    answered: ({ guarantees }) => guarantees !== undefined,
    question: 'what does it guarantee: availability, latency, throughput, consistency, durability?',
  },
  {
    key: 'identity',
    answered: ({ identity }) => identity !== undefined,
    question: 'how are identity, authentication, authorization and audit handled?',
  },
  {
    key: 'billing',
    answered: ({ billing }) => billing !== undefined,
    question: 'how are billing and quota limits handled?',
  },
  { key: 'updates', answered: ({ updates }) => updates !== undefined, question: 'how are updates deployed?' },
];

/** The six questions of the source for each tier, and what it does when it cannot serve all: unanswered ones. */
export function questionFindings({ tiers, spec }: PlanFacts): readonly Finding[] {
  return tiers.flatMap((tier) => [...unanswered(tier, spec.file), ...undecided(tier)]);
}

function unanswered({ id, title, answers }: TierPlan, file: string): readonly Finding[] {
  const open = questions.filter(({ answered }) => !answered(answers));
  if (open.length === 0) return [];
  return [
    {
      code: 'unanswered-question',
      severity: 'advice',
      tier: id,
      message: `${title}: ${open.map(({ question }) => question).join(' ')}`,
      advice: `answer ${open.map(({ key }) => `tiers.${id}.${key}`).join(', ')} in ${file}`,
    },
  ];
}

function undecided({ id, title, onOverload }: TierPlan): readonly Finding[] {
  if (onOverload !== undefined) return [];
  return [
    {
      code: 'no-overload-policy',
      severity: 'advice',
      tier: id,
      message: `${title}: nothing says what it does when it cannot serve all`,
      advice: `decide now: tiers.${id}.onOverload: shed, queue or degrade`,
    },
  ];
}
