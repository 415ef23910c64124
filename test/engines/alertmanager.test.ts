import { describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '../../src/rules/alertmanager.ts';
import { exampleModel } from '../rules/models.ts';
import { hasEngine, runEngine } from './engine.ts';

const amtool = hasEngine('amtool');
const files = { 'am.yml': alertmanagerConfig(exampleModel(), { page: 'http://pager/hook' }) };

describe.skipIf(!amtool)('amtool', () => {
  it('takes the configuration', () => {
    const { status, output } = runEngine('amtool', files, ['check-config', 'am.yml']);
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  it.each([
    ['page', 'page'],
    ['ticket', 'ticket'],
  ])('routes a %s to the receiver of that name', (severity, receiver) => {
    const route = ['config', 'routes', 'test', '--config.file=am.yml', `--verify.receivers=${receiver}`];
    const labels = [`severity=${severity}`, 'service=image-resize', 'slo=availability'];
    const { status, output } = runEngine('amtool', files, [...route, ...labels]);
    expect(output.trim()).toContain(receiver);
    expect(status).toBe(0);
  });

  it('says so where a route leads elsewhere', () => {
    const route = ['config', 'routes', 'test', '--config.file=am.yml', '--verify.receivers=ticket'];
    expect(runEngine('amtool', files, [...route, 'severity=page']).status).toBe(1);
  });
});
