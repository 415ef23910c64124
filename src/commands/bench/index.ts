import { boolean, integer, option, string } from '@oclif/core/flags';
import { measure } from '../../app/bench.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { progressLine } from '../../cli/progress.ts';
import { benchText } from '../../render/bench.ts';

const formats = ['jpeg', 'webp', 'avif', 'png'] as const;

export class Bench extends BaseCommand {
  static override summary = 'Measure image resizes on the cores of this machine.';

  static override description =
    'Resizes photographs of five size classes on one core and on all, in interleaved rounds, and writes what plans are ' +
    'sized from. Takes about a minute on two idle cores. Ctrl-C keeps what was measured, marked incomplete.';

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --quick',
    '<%= config.bin %> <%= command.id %> --width 200 --format webp --images ~/photographs --output thumbnails.json',
  ];

  static override flags = {
    quick: boolean({ summary: 'Five short rounds, in about 15 seconds.' }),
    rounds: integer({ summary: 'Number of rounds, 5 or more.', helpValue: 'N' }),
    width: integer({ summary: 'Width of the result in pixels.', helpValue: 'PX', default: 800 }),
    height: integer({ summary: 'Height that bounds the result too.', helpValue: 'PX' }),
    format: option({ options: formats, summary: 'Format of the result.' })({ default: 'jpeg' }),
    quality: integer({ summary: 'Quality of the result, 1 to 100.', helpValue: 'N', default: 80 }),
    effort: integer({ summary: 'Effort of the webp, avif or png encoder.', helpValue: 'N' }),
    images: string({ summary: 'Measure the images of this folder instead.', helpValue: 'DIR' }),
    seed: integer({ summary: 'Seed of the synthetic images.', helpValue: 'N', default: 1 }),
    output: string({
      summary: 'The measurement file to write.',
      helpValue: 'FILE',
      default: 'headroom-measurement.json',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Bench);
    const { quick, rounds, images, seed, output, ...job } = flags;
    const request = { cwd: process.cwd(), quick, rounds, images, seed, output, job };
    const line = await progressLine(this.stderr, this.isQuiet);
    const labels = { corpus: 'making images', measuring: 'measuring' } as const;
    const { measurement } = await measure({
      ...request,
      version: this.config.version,
      signal: this.interruption(),
      onProgress: ({ phase, done, total, remainingSeconds }) =>
        line.show(labels[phase], done, total, remainingSeconds),
      onNotice: (message) => this.note(message),
    }).finally(() => line.end());
    const exit = measurement?.complete ? exitCodes.ok : exitCodes.interrupted;
    if (measurement) {
      if (flags.json) await this.deliverJson(measurement, { exit });
      else await this.deliver(benchText(measurement, this.stdout), { exit });
      this.note(`wrote ${output}${measurement.complete ? '' : ', incomplete'}`);
    } else {
      this.note('interrupted before anything was measured; nothing was written');
    }
    process.exitCode = exit;
    if (measurement?.complete) this.next('headroom plan', 'sizes the fleet from this measurement');
  }
}
