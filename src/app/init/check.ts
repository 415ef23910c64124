import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { InvalidInput, type Problem } from '../../problems/problem.ts';
import { readSpec } from '../../spec/read.ts';
import { type Answers, draft, questions } from './draft.ts';
import type { Question } from './questions.ts';

/** A problem of a draft and the question whose answer it stands in. */
interface Blamed {
  readonly question: Question | undefined;
  readonly problem: Problem;
}

/** The draft of the answers, checked as any spec is; throws InvalidInput that names the flags at fault. */
export function checkedDraft(answers: Answers): string {
  const text = draft(answers);
  const found = problemsIn(text);
  if (found.length === 0) return text;
  throw new InvalidInput(found.map(({ question, problem }) => flagProblem(question, problem)));
}

/** What is wrong with one answer, given those before it, or undefined. */
export function answerProblem(answers: Answers, question: Question, answer: string): string | undefined {
  const found = problemsIn(draft(new Map([...answers, [question.id, answer]])));
  const own = found.find((each) => each.question?.id === question.id)?.problem;
  return own && `${own.message}; ${own.advice}`;
}

function flagProblem(question: Question | undefined, problem: Problem): Problem {
  const prefix = question === undefined ? '' : `${question.flag}: `;
  return { code: 'bad-flag', message: `${prefix}${problem.message}`, advice: problem.advice };
}

function problemsIn(text: string): readonly Blamed[] {
  try {
    readSpec(text, 'headroom.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const lines = new LineCounter();
    const root = parseDocument(text, { lineCounter: lines }).contents;
    return error.problems.map((problem) => {
      const offset = (lines.lineStarts[(problem.line ?? 1) - 1] ?? 0) + (problem.column ?? 1) - 1;
      return { problem, question: questionAt(root === null ? [] : pathAt(root, offset)) };
    });
  }
}

/** Keys from the root to the innermost value that covers an offset of the text. */
function pathAt(node: Node, offset: number): readonly string[] {
  if (isMap(node)) {
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const start = pair.key.range?.[0] ?? 0;
      const end = pair.value?.range?.[1] ?? pair.key.range?.[1] ?? 0;
      if (offset < start || offset > end) continue;
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      return [key, ...(pair.value === null ? [] : pathAt(pair.value, offset))];
    }
  }
  if (isSeq(node)) {
    const index = node.items.findIndex((item) => isNode(item) && covers(item, offset));
    if (index >= 0) return [String(index), ...pathAt(node.items[index] as Node, offset)];
  }
  return [];
}

function covers(node: Node, offset: number): boolean {
  const [start, end] = node.range ?? [0, 0];
  return offset >= start && offset <= end;
}

/** The question with the longest path that leads to a place, or that lies just below it. */
function questionAt(place: readonly string[]): Question | undefined {
  const matching = questions.filter(({ path }) =>
    path.every((key, index) => key === '*' || key === place[index]),
  );
  return matching.sort((a, b) => b.path.length - a.path.length)[0];
}
