import { readFile } from 'node:fs/promises';
import type { SecretConfig } from './config-types.ts';

export class SecretMissing extends Error {
  override readonly name = 'SecretMissing';
}

/**
 * The secret that a config points at, without the newline that editors and `kubectl create secret` leave behind.
 * Throws SecretMissing, which names the place and never the secret.
 */
export async function readSecret(config: SecretConfig): Promise<string> {
  const place = config.file === undefined ? `environment variable ${config.env}` : `file ${config.file}`;
  const text =
    config.file === undefined
      ? process.env[config.env ?? '']
      : await read(config.file).catch(() => undefined);
  const secret = text?.replace(/\r?\n$/, '');
  if (!secret) throw new SecretMissing(`no secret in ${place}`);
  return secret;
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8');
}
