import { generateKeyPairSync, sign } from 'node:crypto';

/**
 * A certificate of nobody with its key, in PEM, for an engine that does not read its config without one. Signed by
 * itself with ECDSA over P-256; X.509 version 1 (RFC 5280, 4.1), which has no extensions. Made anew for each call.
 */
export function throwAwayCertificate(): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(commonName, der(0x0c, Buffer.from('nobody')))));
  const body = sequence(
    der(0x02, Buffer.from([1])),
    sequence(ecdsaWithSha256),
    name,
    sequence(time('000101000000Z'), time('491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]);
  const certificate = sequence(body, sequence(ecdsaWithSha256), der(0x03, signature));
  const lines = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n').trim();
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n${key}`;
}

/** 1.2.840.10045.4.3.2 and 2.5.4.3. */
const ecdsaWithSha256 = der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));
const commonName = der(0x06, Buffer.from([0x55, 0x04, 0x03]));

/** An element of DER: its tag, its length, its content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const bytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

function time(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}
