import { describe, expect, it } from 'vitest';
import { availabilityOf, exampleWith, pieces } from './planned.ts';

const codes = (text: string) =>
  availabilityOf(text).findings.map(({ code, tier }) => (tier === undefined ? code : `${code} ${tier}`));
const now = codes(exampleWith());
const { causes, observed, queueFailover, placement } = pieces;
const stages = '{stages: [{share: 5 %, bake: 1 h}]}';

describe('findings about availability', () => {
  it.each([
    'service-availability-missed',
    'objective-unreachable api',
    'availability-missed worker',
    'durability-missed queue',
    'zone-single-point worker',
    'single-point-of-failure batch',
    'fleet-wide-push',
    'objective-above-dependencies',
    'claim-not-supported api',
    'no-evidence',
  ])('of the built-in example hold %s', (code) => {
    expect(now).toContain(code);
  });

  it('put missed objectives first, since --check fails on them', () => {
    const severities = availabilityOf().findings.map(({ severity }) => severity);
    const order = ['error', 'warning', 'advice'];
    expect(severities).toEqual([...severities].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  });

  it('no longer speak of a push once it is staged', () => {
    const text = exampleWith([causes, `${causes}  version: ${stages}\n  configuration: ${stages}\n`]);
    expect(codes(text)).not.toContain('fleet-wide-push');
  });

  it('call a consistent tier that people fail over, with what software would make of it', () => {
    const text = exampleWith([queueFailover, '    failover: manual\n']);
    const found = availabilityOf(text).findings.find(({ code }) => code === 'manual-failover');
    expect(found).toMatchObject({ tier: 'queue', severity: 'warning' });
    expect(found?.message).toContain('losses of a leader a year');
    expect(found?.advice).toMatch(/99\.\d+ % becomes 99\.\d+ %/);
    expect(now).not.toContain('manual-failover queue');
  });

  it('accept a claim once the exposure supports it', () => {
    const long = exampleWith([observed, '    observed: {time: 60 y, outages: 0}\n']);
    expect(codes(long)).not.toContain('claim-not-supported api');
  });

  it('see that one zone takes a tier along that is not spread', () => {
    expect(codes(exampleWith([placement, '  spread: none\n']))).toContain('zone-single-point api');
  });

  it('say of every one of them what to do', () => {
    for (const { message, advice } of availabilityOf().findings) {
      expect(message.length).toBeGreaterThan(20);
      expect(advice.length).toBeGreaterThan(10);
      expect(`${message}${advice}`).not.toMatch(/undefined|NaN|Infinity|\.$/);
    }
  });

  it('are none where nothing is promised and nothing fails', () => {
    const calm = exampleWith(
      ['  durability: 99.999999999 %\n', ''],
      [pieces.machine, '    unavailability: 0 %\n'],
      [causes, '  outages: 0 /y\n  certificate: {rate: 0 /y}\n'],
      [
        '  machine:\n',
        '  rack: {rate: 0 /y}\n  power: {rate: 0 /y}\n  switch: {rate: 0 /y}\n  zone: {rate: 0 /y}\n  grey: {rate: 0 /y}\n  machine:\n',
      ],
    );
    const errors = availabilityOf(calm).findings.filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
  });
});
