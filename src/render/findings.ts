import type { Finding, Severity } from '../plan/types.ts';
import type { Page } from './palette.ts';
import { wrap } from './wrap.ts';

const order: readonly Severity[] = ['error', 'warning', 'advice'];
const plural: Readonly<Record<Severity, string>> = {
  error: 'errors',
  warning: 'warnings',
  advice: 'pieces of advice',
};

/** Findings from the gravest to the least; the order within one severity is kept. */
export function byGravity(findings: readonly Finding[]): Finding[] {
  return order.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

/** `2 errors, 1 warning`; severities without findings are left out. */
export function tally(findings: readonly Finding[]): string {
  const parts = order.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    if (count === 0) return [];
    const one = severity === 'advice' ? 'piece of advice' : severity;
    return [`${count} ${count === 1 ? one : plural[severity]}`];
  });
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** The findings for people: how many of each severity, then up to `limit` of each with what to do. */
export function findingsText(findings: readonly Finding[], page: Page, limit: number): string {
  const { palette, width } = page;
  const shown = order.flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity).slice(0, limit),
  );
  const lines = shown.flatMap((finding) => findingLines(finding, page));
  const hidden = findings.length - shown.length;
  return [
    ...wrap(`Findings: ${tally(findings)}`, width).map((line) =>
      line.replace(/^Findings/, palette.bold('Findings')),
    ),
    ...lines,
    ...(hidden > 0 ? [palette.dim(`  ${hidden} more: --findings shows all`)] : []),
  ].join('\n');
}

function findingLines(finding: Finding, page: Page): string[] {
  const { palette, width } = page;
  const mark = {
    error: palette.red('error'),
    warning: palette.yellow('warning'),
    advice: palette.cyan('advice'),
  };
  const [first = '', ...rest] = wrap(
    `${finding.message}${placeOf(finding)}`,
    width - 4 - finding.severity.length,
  );
  return [
    `  ${mark[finding.severity]}  ${first}`,
    ...rest.map((line) => `    ${line}`),
    ...wrap(`→ ${finding.advice}`, width - 4).map((line) => `    ${palette.dim(line)}`),
  ];
}

/** ` (headroom.yaml:12:3)` where the finding has a place. */
export function placeOf({ place }: Finding): string {
  return place ? ` (${place.file}:${place.line}:${place.column})` : '';
}

/** The findings as a Markdown list, all of them. */
export function findingsMarkdown(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'None.';
  return byGravity(findings)
    .map(
      (finding) =>
        `- **${finding.severity}** \`${finding.code}\`: ${finding.message}${placeOf(finding)}. ${finding.advice}.`,
    )
    .join('\n');
}

/** Whether an objective is missed: what `--check` fails on. */
export function missesObjective(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}
