import { boolean, string } from '@oclif/core/flags';
import { isLeftOpen, leftOpen } from '../app/init/draft.ts';
import { type Question, serviceQuestions } from '../app/init/questions.ts';
import { type Asker, refuseExisting, writeSpec } from '../app/init.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { usageError } from '../cli/usage-error.ts';

const answerFlags = Object.fromEntries(
  serviceQuestions.map((question) => [
    question.id,
    string({
      summary: `${question.message}.`,
      helpValue: question.options?.join(question.form === 'words' ? ',' : '|') ?? 'TEXT',
      helpGroup: 'ANSWER',
    }),
  ]),
);

export class Init extends BaseCommand {
  static override summary = 'Write a commented headroom.yaml from answers about the service.';

  static override description =
    'Asks about the workload, the objectives, the policy, the machines, the zones and, for each tier, the six ' +
    'questions: scope, tenancy, guarantees, identity, billing and updates. Every answer can be given by a flag ' +
    'instead. Offered are the answers of the built-in example.';

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --yes --name thumbnails --peak "2k req/s"',
    '<%= config.bin %> <%= command.id %> --accept all --answer api.scope=global',
  ];

  static override flags = {
    ...answerFlags,
    accept: string({
      summary: 'Take the offered answers of this tier, or of all tiers; may be repeated.',
      helpValue: 'TIER|all',
      multiple: true,
      multipleNonGreedy: true,
    }),
    answer: string({
      summary: `Answer one question of a tier, such as api.scope=global; "${leftOpen}" leaves it open; may be repeated.`,
      helpValue: 'TIER.QUESTION=TEXT',
      multiple: true,
      multipleNonGreedy: true,
    }),
    file: string({
      summary: 'The file to write; "-" is stdout.',
      helpValue: 'FILE',
      default: 'headroom.yaml',
    }),
    force: boolean({ summary: 'Replace the file if it exists.' }),
    yes: boolean({ char: 'y', summary: 'Ask nothing: take the offered answer wherever no flag gives one.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Init);
    const { file, force, yes } = flags;
    const toStdout = file === '-';
    if (!toStdout) refuseExisting(file, force);
    const asker = this.mayAsk && !yes && !flags.json ? await this.asker() : undefined;
    const text = await writeSpec({
      given: new Map([...ownAnswers(flags), ...(flags.answer ?? []).map(assignment)]),
      accepted: flags.accept ?? [],
      yes,
      asker,
    });
    // The questions took a while: somebody else may have written the file meanwhile.
    if (!toStdout) refuseExisting(file, force);
    await this.deliver(text, { output: file });
    if (flags.json && !toStdout) await this.deliverJson({ schema: 'headroom/init/v1', file });
    const named = file === 'headroom.yaml' ? '' : ` --file ${file}`;
    if (!toStdout)
      this.next(`headroom plan${named}`, 'sizes every tier; headroom bench measures this machine first');
  }

  /** Prompts go to stderr, where a person reads them even when stdout is a pipe. */
  private async asker(): Promise<Asker> {
    const { checkbox, input, select } = await import('@inquirer/prompts');
    const to = { output: process.stderr };
    return {
      one: async (question, offered, check) => {
        const { message, options, form } = question;
        if (options === undefined) {
          const hint = question.open === true ? ` (${leftOpen} leaves it open)` : '';
          const validate = (text: string) => check(text) ?? true;
          return input({ message: `${message}${hint}`, default: offered, validate }, to);
        }
        const choose = async () =>
          form === 'words'
            ? (await checkbox(checklist(question, offered), to)).join(', ')
            : select(selection(question, offered), to);
        return untilSound(choose, check);
      },
      tier: async (tier, offers) => {
        const lines = [...offers].map(([question, offer]) => `  ${question.slice(tier.length + 2)} ${offer}`);
        process.stderr.write(`\n${tier}\n${lines.join('\n')}\n`);
        return select(
          {
            message: `${tier}: these are the offered answers`,
            choices: [
              { value: 'accept', name: 'take them' },
              { value: 'accept all', name: 'take them, and those of all tiers that follow' },
              { value: 'ask', name: 'answer one by one' },
            ],
          },
          to,
        );
      },
    };
  }
}

/** Lists of choices do not check: an answer that clashes with an earlier one is asked for again. */
async function untilSound(choose: () => Promise<string>, check: (answer: string) => string | undefined) {
  for (;;) {
    const answer = await choose();
    const problem = check(answer);
    if (problem === undefined) return answer;
    process.stderr.write(`  ${problem}\n`);
  }
}

function checklist({ message, options }: Question, offered: string) {
  const checked = offered.split(', ');
  return { message, choices: (options ?? []).map((value) => ({ value, checked: checked.includes(value) })) };
}

function selection(question: Question, offered: string) {
  const choices = (question.options ?? []).map((value) => ({ value, name: value }));
  const open = isLeftOpen(question, leftOpen) ? [{ value: leftOpen, name: 'leave it open' }] : [];
  return { message: question.message, choices: [...choices, ...open], default: offered };
}

/** Answers by flags that carry the name of their question. */
function ownAnswers(flags: Readonly<Record<string, unknown>>): [string, string][] {
  return serviceQuestions.flatMap(({ id }) => {
    const value = flags[id];
    return typeof value === 'string' ? [[id, value] as [string, string]] : [];
  });
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  throw usageError(
    `--answer ${text} is not TIER.QUESTION=TEXT`,
    'write for example --answer api.scope=global',
  );
}
