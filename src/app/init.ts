import { existsSync } from 'node:fs';
import { suggest } from '../problems/nearest.ts';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import { tierIds } from '../spec/tiers.ts';
import { answerProblem, checkedDraft } from './init/check.ts';
import { type Answers, offeredAnswers, questions } from './init/draft.ts';
import { type Question, serviceQuestions } from './init/questions.ts';
import { tierQuestions } from './init/tier-questions.ts';

/** Asks a person; `check` says what is wrong with an answer, or nothing. */
export interface Asker {
  one(question: Question, offered: string, check: (answer: string) => string | undefined): Promise<string>;
  /** How a tier is answered: as offered, as offered with all that follow, or one by one. */
  tier(tier: string, offered: ReadonlyMap<string, string>): Promise<TierWay>;
}

export type TierWay = 'accept' | 'accept all' | 'ask';

export interface InitRequest {
  /** Answers given by flags, by the id of the question. */
  readonly given: Answers;
  /** Tiers whose offered answers are taken; `all` for every tier. */
  readonly accepted: readonly string[];
  /** `--yes`: what is not given is taken as offered. */
  readonly yes: boolean;
  /** Absent where nobody can be asked. */
  readonly asker?: Asker | undefined;
}

/**
 * The text of a new, commented `headroom.yaml`: given answers first, then what was accepted or is asked for.
 * Throws InvalidInput for answers that no spec can hold, and, where nobody can be asked, for those that are missing.
 */
export async function writeSpec(request: InitRequest): Promise<string> {
  refuseUnknown(request);
  const offered = offeredAnswers();
  const answers = new Map(request.given);
  const takes = (tier: string): boolean =>
    request.accepted.includes(tier) || request.accepted.includes('all');
  for (const question of questions) {
    const { id, tier } = question;
    const taken = request.yes || (tier !== undefined && takes(tier));
    if (taken && !answers.has(id)) answers.set(id, offered.get(id) ?? '');
  }
  if (request.asker === undefined) refuseMissing(answers);
  else await ask(request.asker, answers, offered);
  return checkedDraft(answers);
}

/** Refuses to replace a file unless told to. */
export function refuseExisting(file: string, force: boolean): void {
  if (force || !existsSync(file)) return;
  throw new InvalidInput([
    {
      code: 'bad-file',
      file,
      message: 'the file exists and is kept',
      advice: 'replace it with --force, or write another one with --file',
    },
  ]);
}

async function ask(asker: Asker, answers: Map<string, string>, offered: Answers): Promise<void> {
  const askOne = async (question: Question): Promise<void> => {
    const check = (answer: string) => answerProblem(answers, question, answer);
    answers.set(question.id, await asker.one(question, offered.get(question.id) ?? '', check));
  };
  const missing = (list: readonly Question[]) => list.filter((question) => !answers.has(question.id));
  for (const question of missing(serviceQuestions)) await askOne(question);
  let acceptAll = false;
  for (const tier of tierIds) {
    const unanswered = missing(tierQuestions(tier));
    if (unanswered.length === 0) continue;
    const offers = new Map(unanswered.map((question) => [question.message, offered.get(question.id) ?? '']));
    const way: TierWay = acceptAll ? 'accept' : await asker.tier(tier, offers);
    acceptAll ||= way === 'accept all';
    for (const question of unanswered) {
      if (way === 'ask') await askOne(question);
      else answers.set(question.id, offered.get(question.id) ?? '');
    }
  }
}

function refuseUnknown({ given, accepted }: InitRequest): void {
  const ids = questions.map((question) => question.id);
  const problems: Problem[] = [];
  for (const id of given.keys()) {
    if (ids.includes(id)) continue;
    problems.push({
      code: 'bad-flag',
      message: `--answer ${id}: no such question`,
      advice: adviceFor(id, ids),
    });
  }
  const tiers = [...tierIds, 'all'];
  for (const tier of accepted) {
    if (tiers.includes(tier)) continue;
    problems.push({
      code: 'bad-flag',
      message: `--accept ${tier}: no such tier`,
      advice: suggest(tier, tiers),
    });
  }
  if (problems.length > 0) throw new InvalidInput(problems);
}

/** All questions are too many to list; those of the tier that was meant are not. */
function adviceFor(id: string, ids: readonly string[]): string {
  const tier = id.split('.')[0] ?? '';
  const ofTier = ids.filter((each) => each.startsWith(`${tier}.`));
  return suggest(id, ofTier.length > 0 ? ofTier : ids.filter((each) => each.startsWith('api.')));
}

function refuseMissing(answers: Answers): void {
  const missing = questions.filter((question) => !answers.has(question.id));
  if (missing.length === 0) return;
  const flags = missing.filter((question) => question.tier === undefined).map((question) => question.flag);
  const tiers = [...new Set(missing.flatMap((question) => question.tier ?? []))];
  const byTier = tiers.length === tierIds.length ? ['--accept all'] : tiers.map((tier) => `--accept ${tier}`);
  const all = [...flags, ...byTier];
  const detail = tiers.length > 0 ? '; single answers of a tier with --answer TIER.QUESTION=TEXT' : '';
  throw new InvalidInput([
    {
      code: 'bad-flag',
      message: `nobody can be asked here, and ${all.length === 1 ? 'an answer is' : 'answers are'} missing: ${all.join(', ')}`,
      advice: `give them by these flags, or take all offered answers with --yes${detail}`,
    },
  ]);
}
