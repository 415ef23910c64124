import { Command } from '@oclif/core/command';
import { boolean, option, string } from '@oclif/core/flags';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type CommandWords, type Failure, failureOf } from './failure.ts';
import { takeInterrupt } from './interrupt.ts';
import { failureJson, failureText, nextText } from './report.ts';
import { type Screen, screenOf } from './terminal.ts';
import { wrapped } from './wrap.ts';

export const formats = ['table', 'markdown', 'csv', 'json'] as const;
export type Format = (typeof formats)[number];

/** Flags of commands that print a result; spread them into `static flags`. */
export const resultFlags = {
  format: option({ options: formats, summary: 'How the result is written; table is the default.' })({
    exclusive: ['json'],
    helpGroup: 'GLOBAL',
  }),
  output: string({
    summary: 'Write the result to this file, whole or not at all, instead of stdout.',
    helpValue: 'FILE',
    helpGroup: 'GLOBAL',
  }),
};

/**
 * What all commands share: the flags, where text goes, and how errors end. A command parses with
 * `this.parse(TheClass)`, prints its result with `deliver`, and says everything else with `note`.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = false;

  static override baseFlags = {
    json: boolean({
      summary: 'Print one JSON object, errors included.',
      helpGroup: 'GLOBAL',
    }),
    'no-input': boolean({
      summary: 'Never ask; a missing answer is an error that names the flag.',
      helpGroup: 'GLOBAL',
    }),
    quiet: boolean({ char: 'q', summary: 'No notes and hints on stderr.', helpGroup: 'GLOBAL' }),
  };

  /** stdout as a screen: its width, whether to colour. */
  protected readonly stdout: Screen = screenOf(process.stdout, process.env);
  /** stderr as a screen: whether progress may be drawn. */
  protected readonly stderr: Screen = screenOf(process.stderr, process.env);

  /** Whether questions may be asked: a terminal on both sides and no `--no-input`. */
  protected get mayAsk(): boolean {
    return process.stdin.isTTY === true && this.stderr.isTerminal && !this.has('--no-input');
  }

  protected get isQuiet(): boolean {
    return this.has('--quiet') || this.has('-q');
  }

  /** The format asked for; `--json` is short for `--format json`. */
  protected formatOf<F extends string>(flags: { json?: boolean; format?: F | undefined }): F | Format {
    return flags.json ? 'json' : (flags.format ?? 'table');
  }

  /**
   * Prints the result: to stdout, or with `output` to that file, written whole or not at all.
   * `exit` is the status of the program if nothing else goes wrong.
   */
  protected async deliver(text: string, to: { output?: string | undefined; exit?: ExitCode } = {}) {
    process.exitCode = to.exit ?? exitCodes.ok;
    const whole = text.endsWith('\n') ? text : `${text}\n`;
    if (to.output === undefined || to.output === '-') {
      process.stdout.write(whole);
      return;
    }
    const { writeWhole } = await import('./write-whole.ts');
    await writeWhole(to.output, whole);
    this.note(`wrote ${to.output}`);
  }

  /** Prints one JSON object: indented, numbers exact. */
  protected async deliverJson(object: object, to: { output?: string | undefined; exit?: ExitCode } = {}) {
    await this.deliver(JSON.stringify(object, null, 2), to);
  }

  /** Says something that is not the result, on stderr; silent with `--quiet`. */
  protected note(text: string): void {
    if (!this.isQuiet) process.stderr.write(`${this.stderr.palette.dim(wrapped(text, this.stderr, 2))}\n`);
  }

  /** Ends a success with the next useful command; only people see it. */
  protected next(command: string, purpose: string): void {
    if (!this.stderr.isTerminal || this.isQuiet || this.wantsJson) return;
    process.stderr.write(`\n${nextText(command, purpose, this.stderr)}`);
  }

  /** Takes Ctrl-C over: the signal is aborted at the first one, and the command ends by itself with exit code 130. */
  protected interruption(): AbortSignal {
    return takeInterrupt();
  }

  protected override async catch(error: unknown): Promise<void> {
    const failure = failureOf(error, this.words());
    // Arguments that could not be parsed were still looked at; the framework warns otherwise.
    this.parsed = true;
    process.exitCode = failure.exit;
    if (this.wantsJson) process.stdout.write(failureJson(failure));
    else process.stderr.write(this.textOf(failure));
  }

  private textOf(failure: Failure): string {
    const debug = Boolean(process.env['HEADROOM_DEBUG']);
    return failureText(failure, this.stderr, debug);
  }

  /** Read from the arguments themselves, since an error of the parser must know it too. */
  private get wantsJson(): boolean {
    return this.has('--json') || this.has('--format=json') || this.follows('--format', 'json');
  }

  private has(flag: string): boolean {
    return this.own.includes(flag);
  }

  private follows(flag: string, value: string): boolean {
    return this.own.some((word, index) => word === flag && this.own[index + 1] === value);
  }

  /** Arguments up to `--`. */
  private get own(): readonly string[] {
    const end = this.argv.indexOf('--');
    return end < 0 ? this.argv : this.argv.slice(0, end);
  }

  private words(): CommandWords {
    const command = this.config.findCommand(this.id ?? '');
    const below = `${this.id}:`;
    return {
      flags: ['help', ...Object.keys(command?.flags ?? {})],
      subcommands: this.config.commandIDs
        .filter((id) => id.startsWith(below))
        .map((id) => id.slice(below.length)),
      command: `${this.config.bin} ${(this.id ?? '').replaceAll(':', ' ')}`.trim(),
    };
  }
}
