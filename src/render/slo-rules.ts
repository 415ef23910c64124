import { InvalidInput } from '../problems/problem.ts';
import type { RuleModel } from '../rules/types.ts';

/** What else the objectives are printed as: text for the engines that watch them. */
export const ruleFormats = ['prometheus', 'promtool-test', 'alertmanager', 'openslo', 'grafana'] as const;
export type RuleFormat = (typeof ruleFormats)[number];

/** Name of the rule file that the emitted tests refer to. */
const ruleFileName = 'slo.rules.yml';

/** Names that `promtoolFiles` gives to tests, whatever the alerts are. */
export const testFilePattern = /^slo\.\d+[dhms]\.test\.yml$/;

export function isRuleFormat(format: string): format is RuleFormat {
  return (ruleFormats as readonly string[]).includes(format);
}

interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** One text, or the files of a folder. */
export type RuleOutput =
  | { readonly text: string }
  | { readonly folder: string; readonly files: readonly NamedText[] };

/**
 * The objectives in a format of the engines. Tests of rules need their rules beside them and come in one file for each
 * step, so they are a folder, `output`, or of one `step` a text. Throws `InvalidInput` where neither is named.
 */
export async function ruleOutput(
  format: RuleFormat,
  model: RuleModel,
  { step, output }: { readonly step?: string | undefined; readonly output?: string | undefined },
): Promise<RuleOutput> {
  if (format !== 'promtool-test') return { text: await ruleText(format, model) };
  const { promtoolTests } = await import('../rules/promtool-test.ts');
  const tests = promtoolTests(model, ruleFileName);
  if (step === undefined && output !== undefined && output !== '-') {
    return {
      folder: output,
      files: [{ name: ruleFileName, text: await ruleText('prometheus', model) }, ...tests],
    };
  }
  const found = tests.find(({ name }) => name === `slo.${step}.test.yml`);
  if (found === undefined) throw new InvalidInput([stepProblem(step, tests)]);
  return { text: found.text };
}

async function ruleText(format: Exclude<RuleFormat, 'promtool-test'>, model: RuleModel): Promise<string> {
  switch (format) {
    case 'prometheus':
      return (await import('../rules/rule-file.ts')).prometheusRules(model);
    case 'alertmanager':
      return (await import('../rules/alertmanager.ts')).alertmanagerConfig(model);
    case 'openslo':
      return (await import('../rules/openslo.ts')).openSlo(model);
    case 'grafana':
      return (await import('../rules/grafana.ts')).grafanaDashboard(model);
  }
}

function stepProblem(step: string | undefined, tests: readonly NamedText[]) {
  const steps = tests.map(({ name }) => name.split('.')[1]).join(', ');
  return {
    code: 'bad-flag',
    message:
      step === undefined ? 'the tests are several files, one for each step' : `no test has the step ${step}`,
    advice: `name a folder by --output, or one of the steps ${steps} by --step`,
  } as const;
}
