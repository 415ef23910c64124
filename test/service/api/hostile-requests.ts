/** A request that must be refused whatever its image: query, and headers or a JSON body where they are the attack. */
export interface HostileRequest {
  readonly query: string;
  readonly json?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const widths = [
  '0',
  '-1',
  '-0',
  '1.5',
  '1e3',
  '0x10',
  '16384',
  '999999',
  '99999999999999999999',
  'NaN',
  'Infinity',
  '',
  ' ',
  '١٢',
  '10px',
  '10;ls',
  '%00',
  '10%00',
  '../../etc',
  '{{7*7}}',
  "1'or'1",
  '1,2',
  '+1',
  'null',
  'undefined',
  'true',
];

const queries = [
  ...widths.map((width) => `width=${encodeURIComponent(width)}`),
  ...widths.slice(0, 12).map((height) => `width=10&height=${encodeURIComponent(height)}`),
  'width=1&width=2',
  'width[]=1',
  'width[$gt]=1',
  '__proto__[width]=10',
  'constructor=1&width=10',
  'fit=cover',
  'width=10&fit=Cover',
  'width=10&fit[]=cover',
  'width=10&format=svg',
  'width=10&format=gif',
  'width=10&format=../png',
  'width=10&quality=0',
  'width=10&quality=101',
  'width=10&quality=80.5',
  'width=16383&height=16383',
  'width=10&callback=alert',
  'width=10&async=maybe',
  `width=${'9'.repeat(5000)}`,
];

/** Addresses by which a customer would reach what only we may reach. */
export const innerAddresses = [
  'http://127.0.0.1/',
  'http://localhost/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://017700000001/',
  'http://169.254.169.254/latest/meta-data/',
  'http://10.0.0.1/',
  'http://192.168.0.1/',
  'http://0.0.0.0/',
  'https://allowed.test@127.0.0.1/',
  'https://allowed.test.evil.test/',
  'https://allowed.test:22/',
  'file:///etc/passwd',
  'data:image/png;base64,AAAA',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'javascript:alert(1)',
  '//127.0.0.1/',
  'https://',
];

const jsonBodies = [
  '',
  '{',
  '[]',
  'null',
  '3',
  '"text"',
  '{"width":10}',
  '{"width":"10\\u0000"}',
  '{"width":{"a":1},"url":"https://a.test"}',
  '{"url":["https://allowed.test/"],"width":1}',
  '{"__proto__":{"width":10}}',
  '['.repeat(10_000),
];

export const hostileRequests: readonly HostileRequest[] = [
  ...queries.map((query) => ({ query })),
  ...innerAddresses.map((url) => ({ query: `width=10&url=${encodeURIComponent(url)}` })),
  ...jsonBodies.map((json) => ({ query: '', json })),
  { query: 'width=10', headers: { 'idempotency-key': 'two words' } },
  { query: 'width=10', headers: { 'idempotency-key': 'x'.repeat(256) } },
  { query: 'width=10', headers: { authorization: 'Basic YTpi' } },
  { query: 'width=10', headers: { authorization: 'Bearer hr_aaaaaaaaaaaaaaaa_' } },
];
