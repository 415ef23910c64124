import { describe, expect, it } from 'vitest';
import { readIncidents } from '../../../src/evidence/read.ts';
import { availability } from '../../../src/plan/availability/availability.ts';
import { componentNames, observations } from '../../../src/plan/availability/incidents.ts';
import { serviceLogic } from '../../../src/plan/availability/logic.ts';
import { operationEvidence } from '../../../src/plan/availability/operation-evidence.ts';
import { exampleWith, modelOf, rowOf } from './planned.ts';

const { spec, plan, parts } = modelOf();
const window = { observedFrom: '2026-01-01T00:00:00Z', observedTo: '2026-04-01T00:00:00Z' };
const header = 'start,end,component,domain,cause,share\n';
const read = (rows: string) =>
  readIncidents(header + rows, 'incidents.csv', { ...window, components: componentNames(parts.facts) });
const logic = serviceLogic({ or: ['api', 'queue'] });
const at = (day: string, from: string, to: string, component: string, share = '') =>
  `2026-01-${day}T${from}:00Z,2026-01-${day}T${to}:00Z,${component},,,${share}\n`;

describe('outages that follow from incidents', () => {
  it('are those times in which fewer machines of a tier were up than it needs', () => {
    const log = read(
      at('02', '10:00', '12:00', 'api-1') +
        at('02', '11:00', '13:00', 'api-2') +
        at('05', '10:00', '12:00', 'api-3'),
    );
    const seen = observations(log, parts.facts, logic);
    expect(seen.get('api')).toEqual({ hours: 2160, outages: 1, downHours: 1 });
    expect(seen.get('queue')).toEqual({ hours: 2160, outages: 0, downHours: 0 });
    expect(seen.get('service')).toEqual({ hours: 2160, outages: 1, downHours: 1 });
  });

  it('count an incident of the tier itself by the share of it that was affected', () => {
    const log = read(at('03', '10:00', '11:00', 'queue') + at('04', '10:00', '11:00', 'worker', '10 %'));
    const seen = observations(log, parts.facts, logic);
    expect(seen.get('queue')?.outages).toBe(1);
    // Ten per cent of 40 workers are 4; 8 may be lost.
    expect(seen.get('worker')?.outages).toBe(0);
  });

  it('join what follows without a gap into one outage, and keep what is apart', () => {
    const log = read(
      at('02', '10:00', '11:00', 'api') +
        at('02', '11:00', '12:00', 'queue') +
        at('09', '10:00', '10:30', 'api'),
    );
    expect(observations(log, parts.facts, logic).get('service')).toEqual({
      hours: 2160,
      outages: 2,
      downHours: 2.5,
    });
  });
});

describe('an availability plan from incidents', () => {
  const log = read(at('02', '10:00', '10:40', 'api') + at('02', '10:00', '12:00', 'worker-3'));
  const evidence = operationEvidence(plan, spec, log);
  const made = availability({ plan, spec, missionHours: 8766, observed: evidence.observed, evidence });

  it('proves every tier and the service by the hours of the log', () => {
    for (const id of ['service', 'api', 'queue', 'worker']) {
      expect(rowOf(made, 'steady', id).demonstrated).toMatchObject({ kind: 'bound', hours: 2160 });
    }
    const [api, queue] = [rowOf(made, 'steady', 'api'), rowOf(made, 'steady', 'queue')];
    expect(api.demonstrated).toMatchObject({ outages: 1, duration: 'observed' });
    expect(queue.demonstrated).toMatchObject({ outages: 0, duration: 'modelled' });
    expect(made.findings.some(({ code }) => code === 'no-evidence')).toBe(false);
  });

  it('says what the incidents of machines say, and what they do not carry', () => {
    const facts = new Map(made.evidence?.facts.map(({ name, value }) => [name, value]));
    expect(facts.get('incidents of machines')).toBe('1');
    expect(facts.get('repair, alone')).toMatch(/^mean 2 h .*exponential$/);
    expect(facts.get('correlation in groups')).toContain('refused');
    expect(facts.get('assumed time to failure')).toMatch(/undecided|demonstrated|contradicted/);
  });

  it('says for how long an objective must be shown at the length of the outages that were seen', () => {
    const found = made.findings.find(({ code, tier }) => code === 'claim-not-supported' && tier === 'api');
    expect(found?.advice).toContain('with no more than this 1 outage, at 40 min an outage');
  });

  it('says where machines fail oftener than was assumed', () => {
    const days = Array.from({ length: 26 }, (_, i) => String(i + 2).padStart(2, '0'));
    const often = read(
      days
        .map((day) => [1, 2, 3, 4].map((i) => at(day, `1${i}:00`, `1${i}:30`, `worker-${i}`)).join(''))
        .join(''),
    );
    const evidence = operationEvidence(plan, spec, often);
    expect(evidence.claim?.verdict).toBe('contradicted');
    const { findings } = availability({
      plan,
      spec,
      missionHours: 8766,
      observed: evidence.observed,
      evidence,
    });
    expect(findings.map(({ code }) => code)).toContain('assumption-contradicted');
  });

  it('notes causes and zones that the plan does not know, with what was meant, and none that it knows', () => {
    const row = (domain: string, cause: string) =>
      `2026-01-02T10:00:00Z,2026-01-02T10:30:00Z,api-1,${domain},${cause},\n`;
    const [zone = ''] = spec.regions.value[0]?.zones ?? [];
    const known = operationEvidence(plan, spec, read(row(`${zone}/rack-1`, 'Bad release')));
    expect(known.notes).toEqual([]);
    const strange = operationEvidence(plan, spec, read(row('frogs/rack-1', 'bad relase')));
    expect(strange.notes).toMatchObject([
      { code: 'incident-cause-unknown', advice: expect.stringContaining('did you mean bad release?') },
      { code: 'incident-domain-unknown', message: expect.stringContaining('the domain frogs is none') },
    ]);
    const { findings } = availability({
      ...{ plan, spec, missionHours: 8766, observed: strange.observed },
      evidence: strange,
    });
    expect(findings.map(({ code }) => code)).toContain('incident-cause-unknown');
  });

  it('refuses components that the plan does not have, with the place in the file', () => {
    expect(() => read(at('02', '10:00', '11:00', 'api-4'))).toThrow('api-4');
  });
});

describe('rates fitted from incidents', () => {
  const bare = modelOf(exampleWith(['  machine:\n    unavailability: 1 %\n', '  rack: {repair: 2 h}\n']));
  const readBare = (rows: string) =>
    readIncidents(header + rows, 'incidents.csv', {
      ...window,
      components: componentNames(bare.parts.facts),
    });
  const days = (count: number) => Array.from({ length: count }, (_, i) => String(i + 2).padStart(2, '0'));
  const lone = (count: number) =>
    days(count)
      .map((day, i) => at(day, '10:00', '12:00', `worker-${i + 1}`))
      .join('');
  const caused = (count: number) =>
    days(count)
      .map((day) => `2026-02-${day}T10:00:00Z,2026-02-${day}T10:10:00Z,api,,bad release,\n`)
      .join('');
  const planWith = (rows: string, model: ReturnType<typeof modelOf>) => {
    const evidence = operationEvidence(model.plan, model.spec, readBare(rows));
    const given = { plan: model.plan, missionHours: 8766, observed: evidence.observed, evidence };
    return { evidence, made: availability({ ...given, spec: evidence.fitted.spec, fitted: true }) };
  };
  const inputOf = (made: ReturnType<typeof availability>, name: string) =>
    made.inputs.find((input) => input.name === name);

  it('take the place of assumed ones from five events on, and say that they were measured', () => {
    const { made, evidence } = planWith(lone(6) + caused(5), bare);
    expect(evidence.fitted.used).toEqual(['failures.machine.rate', 'causes.version.rate']);
    const measured = { kind: 'measured', file: 'incidents.csv' };
    expect(inputOf(made, 'failures.machine.rate')).toMatchObject({ origin: measured });
    expect(inputOf(made, 'failures.machine.repair')).toMatchObject({ origin: measured });
    // Every repair took two hours; five releases in 90 days.
    expect(inputOf(made, 'failures.machine.repair')?.value).toBeCloseTo(2, 6);
    expect(inputOf(made, 'causes.version.rate')?.value).toBeCloseTo((5 / 90) * 365.25, 6);
    expect(made.findings.map(({ code }) => code)).not.toContain('assumption-contradicted');
  });

  it('leave assumed ones where fewer events were seen', () => {
    const { made, evidence } = planWith(lone(4) + caused(4), bare);
    expect(evidence.fitted.used).toEqual([]);
    expect(evidence.fitted.spec).toEqual(bare.spec);
    expect(inputOf(made, 'failures.machine.rate')?.origin.kind).toBe('cited');
  });

  it('yield to given ones, with a finding where these are contradicted', () => {
    const text = exampleWith(['causes:\n', 'causes:\n  version: {rate: 1 /y}\n']);
    const { made, evidence } = planWith(caused(8), modelOf(text));
    expect(evidence.fitted.used).toEqual([]);
    expect(inputOf(made, 'causes.version.rate')).toMatchObject({ value: 1, origin: { kind: 'given' } });
    expect(made.findings).toContainEqual(
      expect.objectContaining({
        code: 'assumption-contradicted',
        message: expect.stringContaining('causes.version.rate is given as 1 a year; 8 events say'),
      }),
    );
  });

  it('take the place of the rate where only the unavailability of machines is given, and contradict that', () => {
    const { made, evidence } = planWith(lone(6), modelOf());
    expect(evidence.fitted.used).toEqual(['failures.machine.rate']);
    expect(inputOf(made, 'failures.machine.rate')?.origin.kind).toBe('measured');
    expect(inputOf(made, 'failures.machine.unavailability')).toMatchObject({
      value: 0.01,
      origin: { kind: 'given' },
    });
    expect(made.findings).toContainEqual(
      expect.objectContaining({
        code: 'assumption-contradicted',
        message: expect.stringContaining(
          'failures.machine.unavailability is given as 1 %; 6 failures say 0.00',
        ),
      }),
    );
  });

  it('contradict the rate that a given unavailability and repair time stand for', () => {
    const text = exampleWith(['    unavailability: 1 %\n', '    unavailability: 1 %\n    repair: 1 h\n']);
    const { made, evidence } = planWith(lone(6), modelOf(text));
    expect(evidence.fitted.used).toEqual([]);
    const messages = made.findings.filter(({ code }) => code === 'assumption-contradicted');
    expect(messages.map(({ message }) => message)).toEqual([
      expect.stringContaining('failures.machine.unavailability is given as 1 %'),
      expect.stringContaining('failures.machine.rate is given as 88.5 a year'),
    ]);
  });

  it('keep a given repair time beside a measured rate', () => {
    const text = exampleWith(['    unavailability: 1 %\n', '    repair: 5 h\n']);
    const { made } = planWith(lone(6), modelOf(text));
    expect(inputOf(made, 'failures.machine.rate')?.origin.kind).toBe('measured');
    expect(inputOf(made, 'failures.machine.repair')).toMatchObject({ value: 5, origin: { kind: 'given' } });
  });

  it('change what follows from them', () => {
    const before = availability({ ...bare, missionHours: 8766, observed: new Map() });
    const { made } = planWith(lone(6) + caused(20), bare);
    expect(rowOf(made, 'steady', 'api').correlated).toBeGreaterThan(
      rowOf(before, 'steady', 'api').correlated,
    );
  });
});
