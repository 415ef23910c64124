import { boolean, string } from '@oclif/core/flags';
import { exitCodes } from './exit-codes.ts';
import { usageError } from './usage-error.ts';

/** Flags that say which plan is meant; shared by all commands that make one. */
export const sourceFlags = {
  file: string({
    summary: 'The spec; else HEADROOM_FILE, else the nearest headroom.yaml upward.',
    helpValue: 'headroom.yaml',
    exclusive: ['example'],
  }),
  example: boolean({ summary: 'Plan the built-in example.' }),
  measurement: string({
    summary: 'A measurement file, or "cited" for the published figure; else the newest beside the spec.',
    helpValue: 'FILE',
  }),
  'allow-incomplete': boolean({ summary: 'Accept a measurement that was interrupted.' }),
  set: string({
    summary: 'Replace a quantity by a value or a formula, such as policy.headroom="30 %"; may be repeated.',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
};

export const checkFlag = {
  check: boolean({ summary: `Exit with ${exitCodes.unmet} where an objective is not met.` }),
};

interface SourceFlags {
  readonly file?: string | undefined;
  readonly example: boolean;
  readonly measurement?: string | undefined;
  readonly 'allow-incomplete': boolean;
  readonly set?: readonly string[] | undefined;
  readonly check?: boolean;
}

/** The request for a plan that the flags and the environment stand for. */
export function planRequest(flags: SourceFlags) {
  const { env } = process;
  const atTerminal = process.stdout.isTTY === true || process.stderr.isTTY === true;
  return {
    cwd: process.cwd(),
    file: flags.file,
    fileFromEnvironment: env['HEADROOM_FILE'],
    example: flags.example,
    mayFallBack: atTerminal && !isSet(env['CI']) && flags.check !== true,
    measurement: flags.measurement,
    allowIncomplete: flags['allow-incomplete'],
    sets: (flags.set ?? []).map(assignment),
  };
}

function assignment(text: string): { name: string; text: string } {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at)).trim();
  const value = text.slice(at + 1).trim();
  if (name === '' || value === '') {
    throw usageError(`--set ${text} is not NAME=VALUE`, 'write for example --set policy.headroom="30 %"');
  }
  return { name, text: value };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}
