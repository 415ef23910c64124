import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kOfNUnavailability } from '../../../src/models/reliability/independent.ts';
import {
  independentSurvivors,
  majorityOf,
  quorumBehaviour,
  withLeader,
} from '../../../src/models/reliability/quorum.ts';
import { expectNear } from '../statistics/vectors.ts';

describe('quorums', () => {
  it('needs as many copies as the read or write quorum asks for', () => {
    const q = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(q, fc.nat(), fc.nat(), (unavailability, r, w) => {
        const copies = unavailability.length;
        const [read, write] = [1 + (r % copies), 1 + (w % copies)];
        const found = quorumBehaviour({ copies, read, write }, independentSurvivors(unavailability));
        expect(Math.abs(found.readUnavailability - kOfNUnavailability(read, unavailability))).toBeLessThan(
          1e-12,
        );
        expect(Math.abs(found.writeUnavailability - kOfNUnavailability(write, unavailability))).toBeLessThan(
          1e-12,
        );
        const worse = Math.max(found.readUnavailability, found.writeUnavailability);
        expect(found.eitherUnavailability).toBe(worse);
      }),
    );
  });

  it('takes survivors that have a common cause: the zone of a majority decides', () => {
    // Copies 2 + 1 in two zones that fail with 1 %; the copies themselves do not.
    const survivors = [0.01 * 0.01, 0.01 * 0.99, 0.99 * 0.01, 0.99 * 0.99];
    const majority = quorumBehaviour({ copies: 3, read: 2, write: 2 }, survivors);
    expectNear(majority.writeUnavailability, 0.01, 1e-12);
    const readAny = quorumBehaviour({ copies: 3, read: 1, write: 3 }, survivors);
    expectNear(readAny.readUnavailability, 1e-4, 1e-12);
    expectNear(readAny.writeUnavailability, 0.0199, 1e-12);
  });

  it('tells which quorums are consistent', () => {
    const survivors = [0, 0, 0, 1];
    const kind = (read: number, write: number) => {
      const { readsSeeWrites, writesExclude, toleratedForWrites } = quorumBehaviour(
        { copies: 3, read, write },
        survivors,
      );
      return { readsSeeWrites, writesExclude, toleratedForWrites };
    };
    expect(kind(2, 2)).toEqual({ readsSeeWrites: true, writesExclude: true, toleratedForWrites: 1 });
    expect(kind(1, 1)).toEqual({ readsSeeWrites: false, writesExclude: false, toleratedForWrites: 2 });
    expect(kind(3, 1)).toEqual({ readsSeeWrites: true, writesExclude: false, toleratedForWrites: 2 });
    expect([1, 2, 3, 4, 5].map(majorityOf)).toEqual([1, 2, 2, 3, 3]);
  });

  it('gains nothing from an even number of copies', () => {
    const write = (copies: number): number => {
      const quorum = { copies, read: majorityOf(copies), write: majorityOf(copies) };
      return quorumBehaviour(quorum, independentSurvivors(new Array(copies).fill(0.01))).writeUnavailability;
    };
    expect(write(4)).toBeGreaterThan(write(3));
    expect(write(5)).toBeLessThan(write(3));
  });

  it('adds the time without a leader, which outweighs lost quorums in a well-run store', () => {
    const quorumLost = 2.98e-7;
    const weekly = withLeader(quorumLost, 1 / 168, 6 / 3600);
    expect(weekly).toBeGreaterThan(30 * quorumLost);
    expectNear(withLeader(0.1, 1, 1), 1 - 0.9 * 0.5, 1e-14);
    expectNear(withLeader(1e-18, 0, 1), 1e-18, 1e-12);
  });

  it('names what is impossible', () => {
    expect(() => quorumBehaviour({ copies: 3, read: 4, write: 2 }, [0, 0, 0, 1])).toThrow(/read quorum/);
    expect(() => quorumBehaviour({ copies: 3, read: 2, write: 0 }, [0, 0, 0, 1])).toThrow(/write quorum/);
    expect(() => quorumBehaviour({ copies: 3, read: 2, write: 2 }, [0, 1])).toThrow(/survivors/);
    expect(() => quorumBehaviour({ copies: 1, read: 1, write: 1 }, [2, -1])).toThrow(
      /probability of 0 survivors/,
    );
    expect(() => withLeader(0, -1, 1)).toThrow(/leader losses/);
  });
});
