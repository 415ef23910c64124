import { describe, expect, it } from 'vitest';
import {
  type CopyLoss,
  durabilityMendings,
  lossOfCopies,
  recordLoss,
} from '../../../src/plan/availability/durability.ts';
import { availabilityOf, exampleWith } from './planned.ts';

const loss: CopyLoss = {
  copies: 3,
  zones: 3,
  rebuildHours: 24,
  failureRate: 1e-6,
  burst: { rate: 1e-4, lethality: 0.01 },
};
const never = Number.POSITIVE_INFINITY;
const stake = { loss, unsavedHours: never, loneHours: 0 };
const queueData = 'data: {replication: synchronous, copies: 3}';
const made = availabilityOf();
const queueOf = (text: string) => availabilityOf(text).recovery.find(({ id }) => id === 'queue');

describe('the chance that a stored record is lost within a year', () => {
  it('is that of all its copies where nothing else keeps it', () => {
    // 3 failures, the later ones while up to two copies are made anew: 3 λ³ · 2 / (2 μ²) a time, nearly.
    const expected = 8766 * 3 * 1e-18 * 24 ** 2;
    expect(recordLoss(stake) / expected).toBeCloseTo(1, 3);
    expect(recordLoss(stake)).toBeCloseTo(lossOfCopies(loss, 8766).correlated, 20);
  });

  it('counts only until a backup or a log holds the record', () => {
    expect(recordLoss({ ...stake, unsavedHours: 1 }) / recordLoss(stake)).toBeCloseTo(1 / 8766, 9);
  });

  it('has in it that the only copy of a new record dies before another has it', () => {
    expect(recordLoss({ ...stake, loneHours: 0.01 })).toBeCloseTo(1e-8 + recordLoss(stake), 14);
  });

  it('is larger where one loss of power reaches several copies', () => {
    const near = { ...loss, zones: 2 };
    expect(recordLoss({ ...stake, loss: near })).toBeGreaterThan(10 * recordLoss(stake));
  });
});

describe('what would meet the objective of durability', () => {
  it('is computed, not guessed: each named time suffices, and hardly a longer one', () => {
    const allowed = recordLoss(stake) / 3.9;
    expect(durabilityMendings(stake, allowed)).toEqual([
      '1 more copy, each in a zone of its own',
      'make a lost copy anew within 12 h',
    ]);
    const within = (rebuildHours: number) => recordLoss({ ...stake, loss: { ...loss, rebuildHours } });
    expect(within(11.9)).toBeLessThanOrEqual(allowed);
    expect(within(13)).toBeGreaterThan(allowed);
  });

  it('is an acknowledgement by two copies where the lag of one is what loses records', () => {
    const lagging = { ...stake, loneHours: 0.01 };
    expect(durabilityMendings(lagging, 1e-10)).toEqual(['acknowledge a write once a second copy has it']);
  });
});

describe('the durability of a plan', () => {
  it('is judged tier by tier: a log forgives what a missing backup does not', () => {
    const { recovery } = made;
    const met = Object.fromEntries(recovery.map(({ id, durability }) => [id, durability?.met]));
    expect(met).toEqual({ identityManagement: true, queue: false, usageStore: true });
  });

  it('is met by what its mending says, and not said where nothing is promised', () => {
    expect(
      queueOf(exampleWith([queueData, `${queueData.slice(0, -1)}, backupEvery: 1 h}`]))?.durability,
    ).toMatchObject({
      met: true,
    });
    expect(queueOf(exampleWith(['  durability: 99.999999999 %\n', '']))?.durability).toBeUndefined();
    expect(
      queueOf(exampleWith(['durability: 99.999999999 %', 'durability: 99.99999999 %']))?.durability?.met,
    ).toBe(true);
  });

  it('is a finding with a place and a mending', () => {
    const found = made.findings.find(({ code }) => code === 'durability-missed');
    expect(found).toMatchObject({ severity: 'error', tier: 'queue', place: { file: 'headroom.yaml' } });
    expect(found?.advice).toContain('make a lost copy anew within');
  });

  it('says with which time a lost copy is made anew, and why', () => {
    const input = made.inputs.find(({ name }) => name === 'queue.data.rebuild');
    expect(input).toMatchObject({ value: 24, unit: 'h', origin: { kind: 'assumed' } });
  });
});

describe('inputs that other numbers rest on', () => {
  const inputs = new Map(made.inputs.map((input) => [input.name, input]));

  it('hold the steps by hand of a failover by software, which it needs where software fails', () => {
    for (const step of ['response', 'decision', 'failureChance']) {
      expect(inputs.has(`queue.failover.${step}`)).toBe(true);
    }
    const sure = exampleWith([
      '    failover: automatic # an election; people would take half an hour\n',
      '    failover: {mode: automatic, failureChance: 0 %}\n',
    ]);
    expect(availabilityOf(sure).inputs.map(({ name }) => name)).not.toContain('queue.failover.response');
  });

  it('have units that fit them', () => {
    expect(inputs.get('restore.diskRate')?.unit).toBe('B/s');
    expect(inputs.get('usageStore.data.network')?.unit).toBe('B/s');
    expect(inputs.get('failures.grey.attempts')?.unit).toBe('machine');
    expect(inputs.get('usageStore.data.lagWorst')).toMatchObject({ unit: 'h', origin: { kind: 'given' } });
  });
});
