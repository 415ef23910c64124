import { describe, expect, it } from 'vitest';
import { RecordInvalid, type UsageRecord } from '../../../service/contracts/usage.ts';
import { inBatches } from '../../../service/usage/in-batches.ts';
import { record } from './support.ts';

interface Sent {
  readonly names: readonly string[];
  resolve(): void;
  reject(error: Error): void;
}

/** A log that answers when the test says so. */
function slowLog() {
  const sent: Sent[] = [];
  const send = (records: readonly UsageRecord[]) =>
    new Promise<void>((resolve, reject) => {
      sent.push({ names: records.map(({ requestId }) => requestId), resolve, reject });
    });
  return { sent, append: inBatches(send) };
}

const many = (count: number, name: string) => Array.from({ length: count }, (_, i) => record(`${name}-${i}`));
const named = (...names: readonly string[]) => names.map((name) => `request-${name}`);

describe('records in batches', () => {
  it('go together where they come within a moment, and each is told what became of them', async () => {
    const { sent, append } = slowLog();
    const both = [append([record('a')]), append([record('b'), record('c')])];
    await expect.poll(() => sent.length).toBe(1);
    expect(sent[0]?.names).toEqual(named('a', 'b', 'c'));
    sent[0]?.resolve();
    expect(await Promise.all(both)).toEqual([undefined, undefined]);
  });

  it('wait for the batch that is on its way, and go on after one that failed', async () => {
    const { sent, append } = slowLog();
    const first = append([record('a')]);
    await expect.poll(() => sent.length).toBe(1);
    const second = append([record('b')]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sent).toHaveLength(1);
    sent[0]?.reject(new Error('no space left on device'));
    await expect(first).rejects.toThrow('no space left on device');
    await expect.poll(() => sent.length).toBe(2);
    expect(sent[1]?.names).toEqual(named('b'));
    sent[1]?.resolve();
    await second;
  });

  it('go alone where a batch is refused for what is no record, so that only that one is refused', async () => {
    const { sent, append } = slowLog();
    const all = ['a', 'b', 'c'].map((id) => append([record(id)]).then(() => 'taken', String));
    await expect.poll(() => sent.length).toBe(1);
    sent[0]?.reject(new RecordInvalid('line 2: pixels must be a whole number'));
    await expect
      .poll(() => sent.map(({ names }) => names))
      .toEqual(['abc', 'a', 'b', 'c'].map((ids) => named(...ids)));
    for (const { names, resolve, reject } of sent.slice(1)) {
      if (names[0] === 'request-b') reject(new RecordInvalid('line 1: pixels must be a whole number'));
      else resolve();
    }
    const refused = 'RecordInvalid: line 1: pixels must be a whole number';
    expect(await Promise.all(all)).toEqual(['taken', refused, 'taken']);
    expect(sent).toHaveLength(4);
  });

  it('fill no batch beyond its bound', async () => {
    const { sent, append } = slowLog();
    const all = [append(many(999, 'x')), append(many(2, 'y')), append(many(3, 'z'))];
    await expect.poll(() => sent.length).toBe(1);
    expect(sent[0]?.names).toHaveLength(1001);
    sent[0]?.resolve();
    await expect.poll(() => sent.length).toBe(2);
    expect(sent[1]?.names).toEqual(named('z-0', 'z-1', 'z-2'));
    sent[1]?.resolve();
    await Promise.all(all);
  });
});
