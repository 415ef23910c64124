import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, Scalar, type YAMLSeq } from 'yaml';
import { exampleText } from '../../spec/example.ts';
import { type Question, serviceQuestions } from './questions.ts';
import { allTierQuestions } from './tier-questions.ts';

/** All questions, in the order in which they are asked. */
export const questions: readonly Question[] = [...serviceQuestions, ...allTierQuestions];

/** What leaves a question open, besides an empty answer. */
export const leftOpen = '-';

/** Answers by the id of their question, as text. */
export type Answers = ReadonlyMap<string, string>;

/** The answers that are offered: those of the built-in example, from which the comments come too. */
export function offeredAnswers(): Answers {
  const example = parseDocument(exampleText);
  return new Map(questions.map((question) => [question.id, offered(example, question)]));
}

/**
 * A commented `headroom.yaml` with the answers in it. The answers are put into the tree of the built-in example,
 * so that comments stay where they are and nothing in an answer can become syntax. A question without an answer
 * keeps what is offered.
 */
export function draft(answers: Answers): string {
  const document = parseDocument(exampleText);
  for (const question of questions) {
    const text = answers.get(question.id)?.trim();
    if (text !== undefined) put(document, question, text);
  }
  putRegions(document, answers);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function put(document: Document, question: Question, text: string): void {
  const { form, path } = question;
  if (form === 'regions' || form === 'zones') return;
  if (form === 'payload') {
    putPayload(document, text);
    return;
  }
  if (isLeftOpen(question, text)) {
    // An empty list is an answer where words are chosen; elsewhere the key goes, and with it what it promised.
    if (form === 'words') document.setIn(path, flow(document, []));
    else document.deleteIn(path);
    return;
  }
  const value = form === 'words' ? flow(document, wordsOf(text)) : scalar(text, form === 'quantity');
  document.setIn(path, value);
}

export function isLeftOpen(question: Question, text: string): boolean {
  return question.open === true && (text === '' || text === leftOpen);
}

/** Quantities that are plain numbers stay numbers; everything else is text, quoted where YAML needs it. */
function scalar(text: string, mayBeNumber: boolean): Scalar {
  return new Scalar(mayBeNumber && text !== '' && String(Number(text)) === text ? Number(text) : text);
}

function flow(document: Document, value: unknown): Node {
  const node = document.createNode(value) as YAMLSeq;
  node.flow = true;
  return node;
}

function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** `64 kB 60 %, 512 kB 40 %` as classes, `mean 256 kB, p99 900 kB` as keys of the lognormal form. */
function putPayload(document: Document, text: string): void {
  const at = ['workload', 'payload'];
  const parts = wordsOf(text);
  const keyed = parts.map((part) => /^(mean|p99|spread)\s+(.*)$/.exec(part));
  if (keyed.some((each) => each !== null)) {
    document.deleteIn([...at, 'classes']);
    for (const [index, each] of keyed.entries()) {
      document.setIn([...at, each?.[1] ?? parts[index] ?? ''], scalar(each?.[2] ?? '', true));
    }
    return;
  }
  const classes = document.createNode(parts.map(sizeClass)) as YAMLSeq;
  for (const item of classes.items) if (isMap(item)) item.flow = true;
  document.setIn([...at, 'classes'], classes);
}

/** The share is the last number with its `%`; what stands before it is the size. */
function sizeClass(part: string): { size: string; share: string } {
  const split = /^(.*\S)\s+(\S+\s*%)$/.exec(part);
  return { size: split?.[1] ?? part, share: split?.[2] ?? '' };
}

function putRegions(document: Document, answers: Answers): void {
  const regions = answers.get('regions');
  const zones = answers.get('zones');
  if (regions === undefined && zones === undefined) return;
  const example = parseDocument(exampleText);
  const names = wordsOf(regions ?? offeredOf(example, 'regions'));
  const map = document.createNode(
    Object.fromEntries(names.map((name) => [name, { zones: wordsOf(zones ?? offeredOf(example, 'zones')) }])),
    { aliasDuplicateObjects: false },
  );
  for (const name of names) {
    const list = isMap(map) ? map.getIn([name, 'zones'], true) : undefined;
    if (isSeq(list)) list.flow = true;
  }
  document.setIn(['regions'], map);
}

function offeredOf(example: Document, id: string): string {
  const question = questions.find((each) => each.id === id);
  return question === undefined ? '' : offered(example, question);
}

function offered(example: Document, { form, path }: Question): string {
  if (form === 'regions') return keysOf(example, 'regions').join(', ');
  const node = example.getIn(
    path.map((key) => (key === '*' ? keysOf(example, 'regions')[0] : key)),
    true,
  );
  if (form === 'payload') return payloadText(node);
  if (isSeq(node)) return node.items.map((item) => (isScalar(item) ? String(item.value) : '')).join(', ');
  return isScalar(node) ? String(node.value) : '';
}

function keysOf(example: Document, key: string): string[] {
  const map = example.get(key);
  return isMap(map) ? map.items.map((pair) => String(isScalar(pair.key) ? pair.key.value : pair.key)) : [];
}

function payloadText(node: unknown): string {
  const classes = isMap(node) ? node.get('classes') : undefined;
  if (!isSeq(classes)) return '';
  return classes.items
    .map((item) => (isMap(item) ? `${item.get('size')} ${item.get('share')}` : ''))
    .join(', ');
}
