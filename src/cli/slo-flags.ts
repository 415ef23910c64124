import { string } from '@oclif/core/flags';

/** Flags that say which alerts watch the objectives, and how often; shared by all that print or run rules. */
export const alertFlags = {
  catalogue: string({
    summary:
      'Burn alerts: workbook, sloth, pyrra, slo-generator, or a CSV file: name, severity, budget, long, short.',
    helpValue: 'NAME|FILE',
    default: 'workbook',
  }),
  scrape: string({ summary: 'How often metrics are read.', helpValue: 'TIME', default: '15 s' }),
  evaluation: string({ summary: 'How often rules are evaluated.', helpValue: 'TIME', default: '30 s' }),
};
