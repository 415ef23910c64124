import { describe, expect, it } from 'vitest';
import { choose } from '../../src/supervise/chosen.ts';
import { readProcessFile } from '../../src/supervise/process-file.ts';
import { deploymentFolder } from './fixture.ts';

const of = (tier: string, program: string, more = {}) => ({ tier, command: [program], grace: 1, ...more });

const processes = {
  'log-1': of('log', 'logd'),
  'store-1': of('store', 'stored'),
  'store-schema': of('store', `\${node}`),
  'role-1': of('role', `\${node}`),
  'role-2': of('role', `\${node}`),
  watch: of('watching', 'watchd'),
  bell: of('watching', 'belld'),
  all: of('all', `\${node}`, { spare: true }),
};
const missing = [
  { program: 'logd', engine: 'log', says: 'one process', only: ['all'], address: 'http://127.0.0.1:9' },
  {
    program: 'stored',
    engine: 'store',
    says: 'files',
    without: ['store'],
    first: ['role'],
    set: { 'a.b': 1 },
  },
  { program: 'watchd', engine: 'watch', says: 'nobody looks', without: ['watching'] },
];

function chosenWithout(...absent: string[]) {
  const file = readProcessFile(deploymentFolder(processes, { missing }), 'test');
  return choose(file, (program) => !absent.includes(program));
}

describe('what runs on a machine', () => {
  it('is everything but the spare processes where all engines are there', () => {
    const { processes: run, notes, sets, address } = chosenWithout();
    expect(Object.keys(run)).toEqual(Object.keys(processes).filter((name) => name !== 'all'));
    expect({ notes, sets, address }).toEqual({ notes: [], sets: {}, address: 'http://127.0.0.1:1' });
  });

  it('says what replaces a missing engine, and leaves its tier out', () => {
    const { processes: run, notes, sets } = chosenWithout('stored');
    expect(Object.keys(run)).toEqual(['log-1', 'role-1', 'watch', 'bell']);
    expect(sets).toEqual({ 'a.b': 1 });
    expect(notes).toEqual(['stored is not installed (scripts/engines install store brings it): files']);
  });

  it('leaves out of a tier with several programs only the missing one', () => {
    expect(Object.keys(chosenWithout('watchd').processes)).not.toContain('watch');
    expect(Object.keys(chosenWithout('watchd').processes)).toContain('bell');
  });

  it('is the whole service in one process where an engine is missing that processes share', () => {
    const { processes: run, notes, address } = chosenWithout('logd', 'stored');
    expect(Object.keys(run)).toEqual(['all']);
    expect(address).toBe('http://127.0.0.1:9');
    expect(notes).toHaveLength(1);
  });

  it('is refused where a program is missing that nothing replaces', () => {
    expect(() => chosenWithout('belld')).toThrow('bell needs belld, which is not installed');
  });
});
