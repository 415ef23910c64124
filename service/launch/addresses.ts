import { fileURLToPath } from 'node:url';
import type { ConfigProblem } from '../shared/config.ts';

/** What addresses a key takes. */
export interface AddressForm {
  /** As people are told. */
  readonly takes: string;
  /** Whether several may stand there, separated by commas. */
  readonly list?: boolean;
  /** Of those that name none; that of the first where nothing is said. */
  readonly scheme?: string;
  readonly fits: (address: string) => boolean;
}

/** An origin: paths are put behind it. */
export const httpForm: AddressForm = {
  takes: 'http://host:port',
  fits: (address) => /^https?:\/\/[^/?#@\s]+$/.test(address) && URL.canParse(address),
};

export const endpointForm: AddressForm = {
  takes: 'file:///folder or http(s)://host:port',
  // Errors name the endpoint, so there is no room for a password in it.
  fits: (address) => (isServer(address, ['http:', 'https:']) && !address.includes('@')) || isFolder(address),
};

export const natsForm: AddressForm = {
  takes: 'nats://host:port, several of them separated by commas',
  list: true,
  scheme: 'nats://',
  fits: (address) => isServer(address, ['nats:', 'tls:']) && /^\w+:\/\/[^/]+\/?$/.test(address),
};

/** `redis://a:1,b:2` and `redis://a:1,redis://b:2` name the same replicas. */
export const redisForm: AddressForm = {
  takes: 'redis://host:port, several of them separated by commas',
  list: true,
  fits: (address) => isServer(address, ['redis:', 'rediss:']),
};

/** The same form where something in the process may take its place. */
export const orEmbedded = (form: AddressForm): AddressForm => ({
  ...form,
  takes: `embedded or ${form.takes}`,
});

/** What is wrong with the address of a key. Says of it no more than how it begins: it may hold a password. */
export function addressProblems(path: string, text: string, form: AddressForm): readonly ConfigProblem[] {
  if (text === 'embedded' && form.takes.startsWith('embedded')) return [];
  const all = form.list ? text.split(',').map((each) => each.trim()) : [text];
  // What is left out behind the first is the same again.
  const scheme = form.scheme ?? schemeOf(text) ?? '';
  const whole = all.map((each) => (each.includes('://') ? each : `${scheme}${each}`));
  return whole.flatMap((each, index) => {
    if (form.fits(each)) return [];
    const which = all.length > 1 ? `address ${index + 1} of ${all.length}` : 'it';
    return [{ path, message: `must be ${form.takes}; ${which} ${said(each)}` }];
  });
}

/** How an address begins, which is no secret. */
function said(address: string): string {
  const scheme = schemeOf(address);
  return scheme === undefined ? 'has no scheme' : `is ${scheme}…`;
}

function schemeOf(address: string): string | undefined {
  return /^[a-z][a-z0-9+.-]{0,20}:\/\//i.exec(address)?.[0];
}

function isServer(address: string, protocols: readonly string[]): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url !== undefined && protocols.includes(url.protocol) && url.hostname !== '';
}

function isFolder(address: string): boolean {
  try {
    return fileURLToPath(address) !== '';
  } catch {
    return false;
  }
}
