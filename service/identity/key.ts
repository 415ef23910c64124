import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { keyPattern } from '../contracts/identity.ts';

/** A key as it is made: `text` goes to the customer, once; only `secretHash` is kept. */
export interface NewKey {
  readonly keyId: string;
  readonly text: string;
  readonly secretHash: string;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new key: 80 random bits name it, 256 random bits are its secret. */
export function makeKey(): NewKey {
  const keyId = [...randomBytes(16)].map((byte) => alphabet[byte % alphabet.length]).join('');
  const secret = randomBytes(32).toString('base64url');
  return { keyId, text: `hr_${keyId}_${secret}`, secretHash: hashSecret(secret) };
}

/** The parts of a presented key; undefined where it does not have the form of one. */
export function parseKey(text: string): { readonly keyId: string; readonly secret: string } | undefined {
  const [, keyId, secret] = keyPattern.exec(text) ?? [];
  return keyId === undefined || secret === undefined ? undefined : { keyId, secret };
}

/** SHA-256, hexadecimal. A slow hash would add nothing to 256 random bits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares hashes in constant time; false for anything that is not a SHA-256 in hexadecimal. */
export function sameHash(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left, 'hex'), Buffer.from(right, 'hex')];
  return a.length === 32 && b.length === 32 && timingSafeEqual(a, b);
}
