import { readFile } from 'node:fs/promises';
import type { SecretConfig } from './config-types.ts';

export class SecretMissing extends Error {
  override readonly name = 'SecretMissing';
}

/**
 * The secret that a config points at, without the newline that editors and `kubectl create secret` leave behind.
 * Throws SecretMissing, which names the place and never the secret.
 */
export async function readSecret({ file, env = '' }: SecretConfig): Promise<string> {
  const text = file === undefined ? (process.env[env] ?? '') : await read(file);
  const secret = text.replace(/\r?\n$/, '');
  if (secret) return secret;
  throw new SecretMissing(
    `no secret in ${file === undefined ? `environment variable ${env}` : `file ${file}`}`,
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new SecretMissing(`no secret in file ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
}
