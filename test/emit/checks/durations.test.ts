import { describe, expect, it } from 'vitest';
import { amountOf, bytesOf, durationOf } from '../../../src/emit/checks/durations.ts';

describe('durations', () => {
  it('are read as engines write them, plain milliseconds as HAProxy does', () => {
    expect(['15s', '2954ms', '1m30s', '1.5h', '500'].map(durationOf)).toEqual([15, 2.954, 90, 5400, 0.5]);
    expect(['', 'soon', '5 s', '-1s'].map(durationOf)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('amounts', () => {
  it('of Kubernetes have decimal and binary units, and thousandths', () => {
    expect(['512Mi', '500m', '2', 3, '1G'].map(amountOf)).toEqual([512 * 2 ** 20, 0.5, 2, 3, 1e9]);
    expect(['much', '', undefined].map(amountOf)).toEqual([undefined, undefined, undefined]);
  });

  it('of compose, Java and Go count in powers of 1024', () => {
    expect(['64m', '410M', '2gb', '64MiB', '100', 7].map(bytesOf)).toEqual([
      ...[64 * 2 ** 20, 410 * 2 ** 20, 2 ** 31],
      ...[64 * 2 ** 20, 100, 7],
    ]);
    expect(['much', '', undefined].map(bytesOf)).toEqual([undefined, undefined, undefined]);
  });
});
