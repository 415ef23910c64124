import { describe, expect, it } from 'vitest';
import { ArgumentsInvalid, readArguments } from '../../../service/launch/arguments.ts';

describe('the arguments of the main module', () => {
  it('name a role and its config', () => {
    expect(readArguments(['api', '--config', 'a.json'])).toEqual({
      role: 'api',
      config: 'a.json',
      seed: false,
      once: false,
    });
    expect(readArguments(['identity', '--config', 'i.json', '--seed']).seed).toBe(true);
    expect(readArguments(['billing', '--config', 'b.json', '--once']).once).toBe(true);
    expect(readArguments(['all', '--port', '0', '--data', 'd'])).toEqual({
      role: 'all',
      port: 0,
      data: 'd',
      seed: false,
      once: false,
    });
  });

  it.each([
    [],
    ['apo'],
    ['api'],
    ['api', 'worker', '--config', 'x'],
    ['api', '--config'],
    ['api', '--config', 'x', '--speed'],
    ['worker', '--config', 'x', '--port', '1'],
    ['worker', '--config', 'x', '--seed'],
    ['usage', '--config', 'x', '--once'],
    ['billing', '--once'],
    ['all', '--port', '65536'],
    ['all', '--port', 'http'],
    ['all', '--port', ''],
  ])('are refused as %j', (...argv) => {
    expect(() => readArguments(argv)).toThrow(ArgumentsInvalid);
  });
});
