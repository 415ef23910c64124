import { describe, expect, it } from 'vitest';
import { addressesIn, loopbackIn } from '../../../src/emit/checks/addresses.ts';

describe('addresses in a text', () => {
  it('are hosts with a port, with the scheme that stands before them and their line', () => {
    expect(addressesIn('a\n"nats://one:4222,nats://two:4223"\nserver x api-1.api.shop.svc:8080')).toEqual([
      { host: 'one', port: 4222, scheme: 'nats', line: 2 },
      { host: 'two', port: 4223, scheme: 'nats', line: 2 },
      { host: 'api-1.api.shop.svc', port: 8080, line: 3 },
    ]);
  });

  it('are found after credentials and in lists without a scheme', () => {
    expect(addressesIn('postgres://user@one:5432,two:5432/db').map(({ host }) => host)).toEqual([
      'one',
      'two',
    ]);
  });

  it('are names of the cluster without a port, too', () => {
    expect(addressesIn('queue.shop.svc.cluster.local')).toEqual([
      { host: 'queue.shop.svc.cluster.local', port: undefined, line: 1 },
    ]);
  });

  it('are neither times, images, comments nor parts of words', () => {
    const text = '# see host:8080\nat 10:30\nimage: nginx:1.27.1\nsha256:12345678\nx # host:8080\na:b:8080';
    expect(addressesIn(text)).toEqual([]);
    expect(loopbackIn('# 127.0.0.1:8080\n1127.0.0.1:8080\n127.0.0.1/32')).toEqual([]);
  });

  it('of the machine itself are told apart', () => {
    expect(loopbackIn('redis://127.0.0.1:6379 localhost:80 db:5432')).toEqual([
      { host: '127.0.0.1', port: 6379, scheme: 'redis', line: 1 },
      { host: 'localhost', port: 80, line: 1 },
    ]);
  });
});
