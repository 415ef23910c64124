import { string as argument } from '@oclif/core/args';
import { string } from '@oclif/core/flags';
import { compareMeasurements } from '../../app/bench-compare.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { comparisonText } from '../../render/bench-comparison.ts';

export class BenchCompare extends BaseCommand {
  static override summary = 'Compare two measurements: did resizing become slower?';

  static override description =
    `Compares CPU time per image of the same job on the same images and machine. Exits with ${exitCodes.unmet} where the mix ` +
    'became slower by more than the limit and the 95 % interval excludes no change; refuses runs that differ otherwise.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> before.json after.json',
    '<%= config.bin %> <%= command.id %> before.json after.json --max-regression "5 %"',
  ];

  static override args = {
    before: argument({ description: 'Measurement file of the first run.', required: true }),
    after: argument({ description: 'Measurement file of the second run.', required: true }),
  };

  static override flags = {
    'max-regression': string({
      summary: 'Slowdown that is allowed.',
      helpValue: 'SHARE',
      default: '10 %',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BenchCompare);
    const { before, after } = args;
    const request = { cwd: process.cwd(), before, after, maxRegression: flags['max-regression'] };
    const comparison = compareMeasurements(request);
    const exit = comparison.verdict === 'regression' ? exitCodes.unmet : exitCodes.ok;
    if (flags.json) await this.deliverJson({ schema: 'headroom/bench-compare/v1', ...comparison }, { exit });
    else await this.deliver(comparisonText(comparison, this.stdout), { exit });
  }
}
