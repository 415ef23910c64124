import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { throwAwayCertificate } from '../../../src/emit/checks/certificate.ts';

describe('a throw-away certificate', () => {
  const pem = throwAwayCertificate();
  const certificate = new X509Certificate(pem);

  it('is signed by its own key, which comes with it', () => {
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(pem))).toBe(true);
    expect(certificate.subject).toBe('CN=nobody');
    expect(certificate.issuer).toBe('CN=nobody');
  });

  it('is valid for as long as anybody may want to check a config', () => {
    expect(new Date(certificate.validFrom).getUTCFullYear()).toBe(2000);
    expect(new Date(certificate.validTo).getUTCFullYear()).toBe(2049);
  });

  it('is another one each time', () => {
    expect(new X509Certificate(throwAwayCertificate()).fingerprint256).not.toBe(certificate.fingerprint256);
  });
});
