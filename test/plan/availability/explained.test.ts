import { describe, expect, it } from 'vitest';
import { availability } from '../../../src/plan/availability/availability.ts';
import { availabilityNumbers, explainNumber } from '../../../src/plan/availability/explained/explain.ts';
import { numberName } from '../../../src/plan/availability/explained/number.ts';
import { explain } from '../../../src/sheet/explain.ts';
import type { Explanation } from '../../../src/sheet/types.ts';
import { exampleWith, modelOf, observedProofs } from './planned.ts';

function toldOf(text?: string) {
  const { spec, plan, parts } = modelOf(text);
  const made = availability({ plan, spec, missionHours: 8766, observed: observedProofs(spec) });
  // `availability` notes the inputs of recovery in parts of its own.
  return { plan, made, numbers: availabilityNumbers(made, parts, false) };
}

const { plan, made, numbers } = toldOf();
const explained = (name: string) => explainNumber(numbers, plan, name);

/** Ends of a tree; what is shared is looked at once. */
function leavesOf(root: Explanation): Explanation[] {
  const seen = new Set<Explanation>();
  const visit = (node: Explanation): Explanation[] => {
    if (seen.has(node)) return [];
    seen.add(node);
    return node.inputs.length === 0 ? [node] : node.inputs.flatMap(visit);
  };
  return visit(root);
}

/** Every number of the JSON that stands in a headline: with its name and its value there. */
function headlines(): (readonly [name: string, value: number])[] {
  const rows = made.tables.flatMap(({ question, rows: tiers, service }) =>
    [service, ...tiers].flatMap((row) => {
      const name = (what: string) => numberName(row.id, what, question);
      const { naive, independent, correlated, correlatedAtMost, factor, demonstrated, dominant, minutes } =
        row;
      const { outagesPerYear, meanOutageHours, objective } = row;
      const all = {
        naive,
        independent,
        correlated,
        correlatedAtMost,
        factor,
        owner: dominant.share,
        minutes,
      };
      const some = { outagesPerYear, meanOutageHours, objective };
      const shown = demonstrated.kind === 'bound' ? { demonstrated: demonstrated.value } : {};
      return Object.entries({ ...all, ...some, ...shown }).flatMap(([what, value]) =>
        value === undefined ? [] : [[name(what), value] as const],
      );
    }),
  );
  const parts = made.parts.flatMap((part) => [
    [numberName(part.id, 'birnbaum'), part.birnbaum] as const,
    [numberName(part.id, 'criticality'), part.criticality] as const,
    [numberName(part.id, 'riskAchievement'), part.riskAchievement] as const,
    [numberName(part.id, 'riskReduction'), part.riskReduction] as const,
    [numberName(part.id, 'minutesSaved'), part.minutesSaved] as const,
    [numberName(part.id, 'mayBe'), part.allowed] as const,
  ]);
  const outlook = made.outlook.flatMap(({ id, floor, mending, failover }) => [
    [numberName(id, 'floor'), floor] as const,
    ...(mending === undefined
      ? []
      : [
          [numberName(id, 'mending.unavailability'), mending.unavailability] as const,
          [numberName(id, 'mending.cost'), mending.cost] as const,
        ]),
    ...(failover === undefined
      ? []
      : [
          [numberName(id, 'failover.unavailability'), failover.unavailability] as const,
          [numberName(id, 'failover.lossesPerYear'), failover.lossesPerYear] as const,
          [numberName(id, 'failover.hours'), failover.hours] as const,
        ]),
  ]);
  const { curve, capacity } = made;
  const points = (curve?.points ?? []).flatMap(({ replicas, naive, correlated, factor }) =>
    Object.entries({ naive, correlated, factor }).map(
      ([what, value]) => [numberName('api', `curve.${replicas}.${what}`), value] as const,
    ),
  );
  const left = (capacity?.points ?? []).map(
    ({ machines, risk }) => [numberName('worker', `capacity.${machines}`), risk] as const,
  );
  const quorums = made.quorums.flatMap(({ id, readUnavailability, writeUnavailability }) => [
    [numberName(id, 'reads'), readUnavailability] as const,
    [numberName(id, 'writes'), writeUnavailability] as const,
  ]);
  const recovery = made.recovery.flatMap(({ id, restore, loss }) => [
    ...(restore === undefined ? [] : [[numberName(id, 'rto'), restore.seconds] as const]),
    ...(loss === undefined
      ? []
      : [
          [numberName(id, 'loss.naive'), loss.naive] as const,
          [numberName(id, 'loss.correlated'), loss.correlated] as const,
        ]),
  ]);
  return [...rows, ...parts, ...outlook, ...points, ...left, ...quorums, ...recovery];
}

describe('an availability number', () => {
  it('has an explanation for every headline of the plan, with the value of the plan', () => {
    const all = headlines();
    expect(all.length).toBeGreaterThan(400);
    for (const [name, value] of all) expect([name, numbers.get(name)?.value]).toEqual([name, value]);
  });

  it('ends in origins only: nothing derived is left without what it is derived from', () => {
    const open = [...numbers.values()].filter(
      ({ origin, inputs }) => origin.kind === 'derived' && inputs.length === 0,
    );
    expect(open.map(({ name }) => name)).toEqual([]);
    // The other inputs are quantities of the sheet; asking for one that is not there throws.
    const values = plan.sheet.evaluate();
    const known = new Map<string, Explanation>();
    const beyond = new Set([...numbers.values()].flatMap(({ inputs }) => inputs));
    for (const name of [...beyond].filter((each) => !numbers.has(each))) {
      const leaves = leavesOf(explain(plan.sheet, values, name, known));
      expect([name, ...leaves.filter(({ origin }) => origin.kind === 'derived')]).toEqual([name]);
    }
    expect(leavesOf(explained('service.availability.correlated')).length).toBeGreaterThan(50);
  });

  it('says which question it answers, by which law, and where each input was given', () => {
    const api = explained('api.availability.correlated');
    expect(api.question).toContain('long run');
    expect(api.law).toContain('every combination');
    expect(api.formula).toContain('P(S)');
    expect(explained('api.availability.instant.naive').question).toContain('instant of the peak');
    const leaves = leavesOf(api).map(({ name, origin }) => `${name} ${origin.kind}`);
    expect(leaves).toEqual(
      expect.arrayContaining([
        'failures.machine.unavailability given',
        'failures.rack.rate cited',
        'causes.outages given',
        'causes.version.detection assumed',
        'workload.traffic given',
        'placement.machinesPerRack given',
      ]),
    );
  });

  it('goes on in the sheet where an input is a quantity of the fleet', () => {
    const count = explained('api.availability.naive').inputs.find(({ name }) => name === 'api.servers.count');
    expect(count).toMatchObject({ value: 3, origin: { kind: 'derived' } });
    expect(count?.inputs.length).toBeGreaterThan(0);
  });

  it('of a cause reaches the tiers that it may take, and no others', () => {
    const reached = (name: string) => explained(name).inputs.map((input) => input.name);
    expect(reached('loadBalancer.availability.correlated')).toContain('causes.certificate.unavailability');
    expect(reached('api.availability.correlated')).not.toContain('causes.certificate.unavailability');
    expect(reached('service.availability.cause.zoneRouter')).toContain('failures.zone.router.unavailability');
    expect(reached('service.availability.cause.zoneRouter')).not.toContain(
      'failures.zone.overheating.unavailability',
    );
  });

  it('says nothing was observed where nothing was, and what would prove something', () => {
    expect(numbers.get('queue.availability.demonstrated')).toMatchObject({
      display: 'nothing',
      origin: { kind: 'assumed', why: expect.stringContaining('tiers.queue.observed') },
    });
  });

  it('of recovery can be worked out again from the inputs that it names', () => {
    const inputs = (name: string) =>
      Object.fromEntries(explained(name).inputs.map((input) => [input.name, input.value]));
    const lag = explained('usageStore.availability.rpo.copyLost');
    expect(lag).toMatchObject({ value: 120, display: '2 min', formula: '0 if synchronous, else lagWorst' });
    expect(lag.inputs.map(({ name }) => name)).toEqual([
      'usageStore.data.replication',
      'usageStore.data.lagWorst',
    ]);
    const backup = inputs('usageStore.availability.rpo.corrupted');
    expect(backup).toEqual({ 'usageStore.data.backupEvery': 24, 'usageStore.data.backupTakes': 2 });
    expect(explained('usageStore.availability.rpo.corrupted').value).toBe((24 + 2) * 3600);
    const restore = inputs('usageStore.availability.rto') as Record<string, number>;
    const count = restore['usageStore.nodes.count'] as number;
    const network = restore['usageStore.data.network'] as number;
    const slowest = Math.min(network, count * network, count * (restore['restore.diskRate'] as number));
    const steps = ['detect', 'decide', 'provision', 'verify'].map(
      (step) => restore[`restore.${step}`] as number,
    );
    const seconds =
      3600 * steps.reduce((sum, step) => sum + step, 0) +
      (restore['usageStore.data.bytes'] as number) / slowest;
    expect(explained('usageStore.availability.rto').value).toBeCloseTo(seconds, 6);
  });

  it('of a stored record is that of a year, whatever the mission, against the objective', () => {
    const durability = explained('queue.availability.durability');
    expect(durability.value).toBeCloseTo(5.69e-11, 13);
    expect(durability.meaning).toContain('1.00e-11 is allowed');
    const names = durability.inputs.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['queue.data.rebuild', 'objectives.durability.target']));
    expect(names).not.toContain('mission.length');
    const logged = explained('identityManagement.availability.durability');
    expect(logged.inputs.map(({ name }) => name)).toContain('identityManagement.data.logEvery');
    expect(logged.value).toBeLessThan(1e-12);
  });

  it('of copies that lag says what is assumed where the spec gives no worst lag, and what a store gives', () => {
    const text = exampleWith(['lag: 10 s, lagWorst: 2 min', 'lag: 10 s, restoreBandwidth: 1 Gbit/s']);
    const told = toldOf(text);
    expect(told.numbers.get('usageStore.data.lagWorst')).toMatchObject({
      ...{ value: 0.027777777777778, unit: 'h', display: '100 s' },
      origin: { kind: 'assumed', why: 'ten times as far as usual' },
    });
    expect(told.numbers.get('usageStore.availability.rpo.copyLost')?.value).toBe(100);
    const restore = explainNumber(told.numbers, told.plan, 'usageStore.availability.rto');
    expect(restore.inputs.find(({ name }) => name === 'usageStore.data.restoreBandwidth')).toMatchObject({
      value: 125e6,
      unit: 'B/s',
    });
  });

  it('of grey machines follows its formula', () => {
    const at = (what: string) => numbers.get(`failures.grey.${what}`)?.value as number;
    const rate = at('rate') / 8766;
    const out = (rate * at('repair')) / (1 + rate * (at('detection') + at('repair')));
    const lost = (at('lost') * rate * at('detection')) / (1 + rate * at('detection'));
    const expected = lost ** at('attempts') * (1 - out ** 3);
    expect(numbers.get('api.availability.grey')?.value).toBeCloseTo(expected, 18);
  });

  it('says by whom a leader is replaced, and with which steps', () => {
    expect(explained('queue.availability.failover.hours').formula).toContain('failureChance');
    const manual = toldOf(exampleWith(['failover: automatic #', 'failover: manual #']));
    const tree = explainNumber(manual.numbers, manual.plan, 'queue.availability.failover.hours');
    const steps = ['detection', 'response', 'decision', 'promotion'];
    expect(tree.formula).toBe(steps.join(' + '));
    const values = steps.map(
      (step) => tree.inputs.find(({ name }) => name === `queue.failover.${step}`)?.value,
    );
    expect(values.reduce<number>((sum, value) => sum + (value as number), 0)).toBeCloseTo(
      tree.value as number,
      12,
    );
  });

  it('shows an unavailability as one, and a frequency with the repairs that it needs', () => {
    expect(explained('worker.availability.mayBe').display).toMatch(/e-\d$/);
    for (const name of ['api.availability.outagesPerYear', 'api.availability.mission.naive']) {
      expect(explained(name).inputs.map((input) => input.name)).toContain('failures.machine.repair');
    }
  });

  it('names stages and shards of a push that the spec gives', () => {
    const text = exampleWith(['causes:\n', 'causes:\n  version: {stages: [{share: 10 %, bake: 1 h}]}\n']);
    const staged = toldOf(text);
    const tree = explainNumber(staged.numbers, staged.plan, 'api.availability.correlated');
    expect(leavesOf(tree).find(({ name }) => name === 'causes.version.stages')).toMatchObject({
      origin: { kind: 'given', file: 'headroom.yaml' },
    });
  });
});
