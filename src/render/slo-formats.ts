import type { ReplayReport } from '../rules/replay-file.ts';
import type { Page } from './palette.ts';
import type { SloView } from './slo.ts';

type TableFormat = 'table' | 'markdown' | 'csv' | 'json';

/** The objectives in one of the formats; what lays out tables is loaded only for those who read tables. */
export async function renderSlo(view: SloView, format: TableFormat, page: Page): Promise<string> {
  if (format === 'json') {
    const { sloJson } = await import('./slo-json.ts');
    return `${JSON.stringify(sloJson(view.slo), null, 2)}\n`;
  }
  const { sloCsv, sloMarkdown, sloText } = await import('./slo.ts');
  if (format === 'csv') return sloCsv(view);
  return format === 'markdown' ? sloMarkdown(view) : sloText(view, page);
}

/** A replay in one of the formats. */
export async function renderReplay(report: ReplayReport, format: TableFormat, page: Page): Promise<string> {
  const { replayCsv, replayJson, replayMarkdown, replayText } = await import('./slo-replay.ts');
  switch (format) {
    case 'json':
      return `${JSON.stringify(replayJson(report), null, 2)}\n`;
    case 'csv':
      return replayCsv(report);
    case 'markdown':
      return replayMarkdown(report);
    case 'table':
      return replayText(report, page);
  }
}
