import { describe, expect, it } from 'vitest';
import { haproxyListeners } from '../../../src/emit/checks/haproxy-listeners.ts';

const shown = (text: string) =>
  haproxyListeners(text).map(({ host, port, speaks, line }) => `${line} ${host}:${port} ${speaks ?? '-'}`);

describe('the ports that a config of HAProxy binds', () => {
  it('are read in every form of an address, and not where it is a socket, a variable or QUIC', () => {
    const text = [
      'defaults',
      '  mode http',
      'frontend a',
      '  bind :80,:443 ssl crt /x',
      '  bind ipv4@:81',
      '  bind [::]:82 v4v6',
      '  bind :::83',
      '  bind 127.0.0.1:84-86',
      '  bind unix@/run/x.sock',
      '  bind /run/y.sock',
      '  bind :"$PORT"',
      '  bind quic4@:443 ssl crt /x',
      '  # bind :99',
    ].join('\n');
    expect(shown(text)).toEqual([
      ...['4 :80 http', '4 :443 http', '5 :81 http', '6 [::]:82 http', '7 :::83 http'],
      ...['8 127.0.0.1:84 http', '8 127.0.0.1:85 http', '8 127.0.0.1:86 http'],
    ]);
  });

  it('speak HTTP where the section or its defaults say so', () => {
    const text = [
      ...['frontend none', '  bind :1'],
      ...['defaults', '  mode http', 'frontend usual', '  bind :2'],
      ...['frontend own', '  bind :3', '  mode tcp'],
      ...['defaults raw', '  mode tcp', 'listen last', '  bind :4'],
      ...['defaults web from raw', '  mode http', 'frontend d from raw', '  bind :5'],
      ...['frontend e from web', '  bind :6', 'defaults heir from raw', 'frontend f', '  bind :7'],
    ].join('\n');
    expect(shown(text).map((each) => each.slice(each.indexOf(':')))).toEqual([
      ...[':1 -', ':2 http', ':3 -', ':4 -', ':5 -', ':6 http', ':7 -'],
    ]);
  });
});
