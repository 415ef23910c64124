import { boolean, option, string } from '@oclif/core/flags';
import { planSlo } from '../../app/slo.ts';
import { planRules, replaySlo } from '../../app/slo-rules.ts';
import { BaseCommand, formats, resultFlags } from '../../cli/base-command.ts';
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts';
import {
  checkFlag,
  incidentFlags,
  operationRequest,
  planRequest,
  sourceFlags,
} from '../../cli/plan-flags.ts';
import { alertFlags } from '../../cli/slo-flags.ts';
import { usageError } from '../../cli/usage-error.ts';
import { missesObjective } from '../../render/findings.ts';
import { missLines } from '../../render/slo-check.ts';
import { renderReplay, renderSlo } from '../../render/slo-formats.ts';
import {
  isRuleFormat,
  type RuleOutput,
  ruleFormats,
  ruleOutput,
  testFilePattern,
} from '../../render/slo-rules.ts';
import { sections } from '../../render/slo-sections.ts';

export class PlanSlo extends BaseCommand {
  static override summary = 'What the error budget is spent on, and alerts that are proved to fire.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> --example',
    '<%= config.bin %> <%= command.id %> --section ledger --check',
    '<%= config.bin %> <%= command.id %> --format prometheus --output slo.rules.yml',
    '<%= config.bin %> <%= command.id %> --format promtool-test --output rules/ && promtool test rules rules/*.test.yml',
    '<%= config.bin %> <%= command.id %> --replay incidents.csv --objective availability',
  ];

  static override flags = {
    ...sourceFlags,
    ...checkFlag,
    ...alertFlags,
    ...incidentFlags,
    section: option({
      options: sections,
      summary: 'Show one section only; CSV holds one, by default the ledger.',
    })(),
    objective: string({
      summary: 'Show the ledger and the alerts of this objective only; --replay is measured against it.',
      helpValue: 'NAME',
    }),
    replay: string({
      summary:
        'Run the alerts over a CSV file: time, total, bad of intervals; or start, end, ratio of incidents.',
      helpValue: 'FILE',
      exclusive: ['check', 'section'],
    }),
    step: string({ summary: 'Print the promtool tests of this step.', helpValue: '1m' }),
    inputs: boolean({ summary: 'List every input with its origin.' }),
    findings: boolean({ summary: 'Show all findings, not only the first of each severity.' }),
    ...resultFlags,
    format: option({
      options: [...formats, ...ruleFormats] as const,
      summary: 'How the result is written, table by default; promtool-test writes a folder, --output.',
    })({ exclusive: ['json'], helpGroup: 'GLOBAL' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(PlanSlo);
    const { catalogue, scrape, evaluation, replay, output, check } = flags;
    const request = { ...planRequest(flags), catalogue, scrape, evaluation };
    const format = this.formatOf(flags);
    refuseUnused(flags, format);
    if (replay !== undefined) {
      if (isRuleFormat(format))
        throw usageError(`a replay has no format ${format}`, 'leave one of the two out');
      const { report, chosen } = await replaySlo({ ...request, replay, objective: flags.objective });
      this.notes(chosen);
      return this.deliver(await renderReplay(report, format, this.stdout), { output });
    }
    if (isRuleFormat(format) && !check) {
      const { model, chosen } = await planRules(request);
      this.notes(chosen);
      return this.deliverRules(await ruleOutput(format, model, flags), { output });
    }
    const { slo, model, chosen } = await planSlo({
      ...request,
      ...operationRequest(flags),
      objective: flags.objective,
    });
    this.notes(chosen);
    const unmet = check && missesObjective(slo.findings);
    if (unmet) this.notes(missLines(slo));
    const to = { output, exit: unmet ? exitCodes.unmet : exitCodes.ok };
    if (isRuleFormat(format)) return this.deliverRules(await ruleOutput(format, model, flags), to);
    const { section, objective, inputs } = flags;
    const view = { slo, section, objective, inputs, findings: flags.findings ? Number.POSITIVE_INFINITY : 3 };
    await this.deliver(await renderSlo(view, format, this.stdout), to);
    this.next('headroom plan slo --section ledger', 'why each line costs what it costs');
  }

  private async deliverRules(made: RuleOutput, to: { output?: string | undefined; exit?: ExitCode }) {
    if ('text' in made) return this.deliver(made.text, to);
    const { writeFolder } = await import('../../cli/write-folder.ts');
    await writeFolder(made.folder, made.files, testFilePattern);
    process.exitCode = to.exit ?? exitCodes.ok;
    this.note(`wrote ${made.files.map(({ name }) => name).join(', ')} to ${made.folder}`);
    this.next(`promtool test rules ${made.folder}/*.test.yml`, 'whether the rules do what the tests say');
  }

  private notes(lines: readonly string[]): void {
    for (const line of lines) this.note(line);
  }
}

/** A flag that would change nothing is refused: whoever gave it expects something of it. */
function refuseUnused(flags: Readonly<Record<string, unknown>>, format: string): void {
  const isRules = isRuleFormat(format);
  const replays = flags['replay'] !== undefined;
  const pages = ['section', 'inputs', 'findings'];
  const log = ['incidents', 'observed-from', 'observed-to', 'use-incidents'];
  // With --check the ledger decides the exit code of rules too, and then incidents count.
  const unused = [
    ...(format === 'promtool-test' ? [] : ['step']),
    ...(isRules || replays ? pages : []),
    ...(isRules && flags['check'] !== true ? ['objective', ...log] : []),
    ...(replays ? log : []),
  ].find((name) => flags[name] !== undefined && flags[name] !== false);
  if (unused === undefined) return;
  const what = unused === 'step' ? 'is about --format promtool-test' : 'is about the printed plan';
  const where = replays ? 'a replay' : `--format ${format}`;
  throw usageError(`--${unused} ${what}, and changes nothing of ${where}`, 'leave one of the two out');
}
