import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { InvalidInput } from '../../src/problems/problem.ts';
import { startOrder } from '../../src/supervise/order.ts';
import { processFileSchema, readProcessFile } from '../../src/supervise/process-file.ts';
import { deploymentFolder } from './fixture.ts';

const job = (tier: string, needs: readonly string[] = []) => ({ tier, command: ['true'], needs, grace: 1 });

function orderOf(processes: Readonly<Record<string, unknown>>) {
  const file = readProcessFile(deploymentFolder(processes), 'test');
  return startOrder(
    file.processes,
    Object.values(file.processes).map(({ tier }) => tier),
  );
}

describe('a process file', () => {
  it('is described by the schema that emitted ones are checked with', async () => {
    const schema = JSON.stringify(z.toJSONSchema(processFileSchema, { io: 'input' }), null, 2);
    await expect(`${schema}\n`).toMatchFileSnapshot('../../schemas/processes.json');
  });

  it('that is not there names the command that writes it', () => {
    try {
      readProcessFile('/nowhere', 'deploy/local');
    } catch (error) {
      const [problem] = (error as InvalidInput).problems;
      expect(problem?.message).toBe('there is no deploy/local/processes.yaml');
      expect(problem?.advice).toContain('headroom emit --target local');
      return;
    }
    throw new Error('it was read');
  });

  it('with unknown keys and wrong values names all their places', () => {
    const dir = deploymentFolder({});
    const text = 'schema: headroom/processes/v1\nname: x\nrun: /etc\naddress: nowhere\npatience: 1\n';
    const more = 'restart: {first: 1, most: 2}\nprocesses:\n  a: {tier: t, command: [], grace: 1}\n';
    writeFileSync(join(dir, 'processes.yaml'), text + more);
    try {
      readProcessFile(dir, 'x');
    } catch (error) {
      const places = (error as InvalidInput).problems.map(
        ({ line, message }) => `${line} ${message.split(':')[0]}`,
      );
      expect(places).toEqual(['3 run', '4 address', '8 processes.a.command']);
      return;
    }
    throw new Error('it was read');
  });

  it('starts what is needed first, whatever the order of its lines', () => {
    const order = orderOf({ a: job('one', ['two', 'three']), b: job('two', ['three']), c: job('three') });
    expect([...order]).toEqual([
      ['c', []],
      ['b', ['c']],
      ['a', ['b', 'c']],
    ]);
  });

  it('of which tiers wait for each other is refused', () => {
    expect(() => orderOf({ a: job('one', ['two']), b: job('two', ['one']) })).toThrow(
      'these wait for each other: a, b',
    );
  });

  it('that needs an unknown tier says which one was meant', () => {
    expect(() => orderOf({ a: job('queue'), b: job('worker', ['queu']) })).toThrow('did you mean queue?');
  });
});
