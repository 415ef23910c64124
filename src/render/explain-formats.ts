import type { Explanation } from '../sheet/types.ts';
import type { Page } from './palette.ts';
import type { Listed } from './quantity-list.ts';

type Format = 'table' | 'markdown' | 'csv' | 'json' | 'latex';

export interface Explained {
  readonly explanation: Explanation;
  readonly latex?: string;
}

/** The tree behind one number: for people, as nested Markdown, as rows, as data, or only its formula as LaTeX. */
export async function renderExplanation({ explanation, latex }: Explained, format: Format, page: Page) {
  const { explanationJson, explanationMarkdown, explanationRows, explanationText } = await import(
    './explanation.ts'
  );
  switch (format) {
    case 'json':
      return `${JSON.stringify(explanationJson(explanation, latex), null, 2)}\n`;
    case 'latex':
      return `${latex ?? explanation.display ?? explanation.name}\n`;
    case 'markdown':
      return explanationMarkdown(explanation);
    case 'csv': {
      const { csvTable } = await import('./csv-table.ts');
      return csvTable(explanationRows(explanation));
    }
    case 'table':
      return explanationText(explanation, page);
  }
}

/** A list of quantities and structured inputs; LaTeX has no list, so it is the table for people. */
export async function renderQuantities(listed: Listed, format: Format, page: Page) {
  const { quantitiesJson, quantityTable } = await import('./quantity-list.ts');
  if (format === 'json') return `${JSON.stringify(quantitiesJson(listed), null, 2)}\n`;
  const table = quantityTable(listed);
  if (format === 'csv') return (await import('./csv-table.ts')).csvTable(table);
  if (format === 'markdown') return `${(await import('./markdown-table.ts')).markdownTable(table)}\n`;
  return `${(await import('./text-table.ts')).textTable(table, page)}\n`;
}
