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

/** Flags that say with which incidents availability is read. */
export const incidentFlags = {
  incidents: string({
    summary: 'Incidents as CSV or JSON: start, end, component (api, api-1, ...), domain, cause, share.',
    helpValue: 'FILE',
  }),
  'observed-from': string({ summary: 'When the recording of incidents began.', helpValue: 'TIME' }),
  'observed-to': string({ summary: 'When the recording of incidents ended.', helpValue: 'TIME' }),
  'use-incidents': boolean({
    summary: 'Put rates fitted from at least 5 incidents in the place of assumed ones; given ones stay.',
  }),
};

/** Flags that say for which mission and with which incidents availability is read. */
export const operationFlags = {
  mission: string({
    summary: 'Length of the mission; a year where nothing else is said.',
    helpValue: 'TIME',
  }),
  ...incidentFlags,
};

interface OperationFlags {
  readonly mission?: string | undefined;
  readonly incidents?: string | undefined;
  readonly 'observed-from'?: string | undefined;
  readonly 'observed-to'?: string | undefined;
  readonly 'use-incidents': boolean;
}

/** What the flags say of mission and incidents. */
export function operationRequest(flags: OperationFlags) {
  const { mission, incidents } = flags;
  return {
    ...{ mission, incidents, observedFrom: flags['observed-from'], observedTo: flags['observed-to'] },
    useIncidents: flags['use-incidents'],
  };
}

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
