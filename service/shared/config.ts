import { readFile } from 'node:fs/promises';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import schema from '../../schemas/service-config.json' with { type: 'json' };
import type { ServiceConfig } from './config-types.ts';

/** One thing wrong with a config file. */
export interface ConfigProblem {
  /** `api.limits.pixels`; empty for the file itself. */
  readonly path: string;
  readonly message: string;
}

/** Thrown with all problems of a config at once. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], file?: string) {
    const lines = problems.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`);
    super([`the config${file ? ` ${file}` : ''} is not valid:`, ...lines].join('\n'));
    this.problems = problems;
  }
}

/** Reads a config file (JSON). Throws ConfigInvalid, also where the file is missing or is no JSON. */
export async function readConfig(file: string): Promise<ServiceConfig> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ConfigInvalid([{ path: '', message: (error as Error).message }], file);
  }
  try {
    return checkConfig(value);
  } catch (error) {
    throw error instanceof ConfigInvalid ? new ConfigInvalid(error.problems, file) : error;
  }
}

let validate: ReturnType<typeof compile> | undefined;

function compile() {
  // Strict types would refuse `x-quantity`, with which the plan fills the file; the schema itself is tested.
  return new Ajv2020({ allErrors: true, useDefaults: true, strict: false }).compile(schema);
}

/** The config with the schema's defaults filled in. Throws ConfigInvalid with all problems. */
export function checkConfig(value: unknown): ServiceConfig {
  validate ??= compile();
  const config = structuredClone(value);
  if (!validate(config)) throw new ConfigInvalid((validate.errors ?? []).map(problemOf));
  return config as unknown as ServiceConfig;
}

function problemOf(error: ErrorObject): ConfigProblem {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const { additionalProperty, missingProperty } = error.params as Readonly<Record<string, string>>;
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (additionalProperty !== undefined) return { path: below(additionalProperty), message: 'unknown key' };
  if (missingProperty !== undefined) return { path: below(missingProperty), message: 'missing' };
  const allowed = (error.params as { allowedValues?: readonly unknown[] }).allowedValues;
  const options = allowed ? `: ${allowed.map((each) => JSON.stringify(each)).join(', ')}` : '';
  return { path, message: `${error.message ?? 'not valid'}${options}` };
}
