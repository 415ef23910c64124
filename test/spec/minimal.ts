import { InvalidInput } from '../../src/problems/problem.ts';
import { readSpec } from '../../src/spec/read.ts';

/** The shortest spec that is accepted. */
export const minimal = `name: thumbnails
workload:
  users: 100k
  peak: 10k req/s
  payload: {max: 1 MB, classes: [{size: 200 kB, share: 100 %}]}
objectives:
  availability: {target: 99.9 %}
  latency: {below: 500 ms}
machines:
  general: {cores: 32, memory: 128 GiB, network: 25 Gbit/s, disk: 2 TB}
regions:
  main: {zones: [a, b, c]}
`;

/** The minimal spec with one piece of its text replaced. */
export function changed(from: string, to: string): string {
  if (!minimal.includes(from)) throw new Error(`the minimal spec has no ${from}`);
  return minimal.replace(from, to);
}

/** The minimal spec with tiers below it. */
export function withTiers(tiers: string): string {
  return `${minimal}tiers:\n${tiers}`;
}

/** Problems of a text as `line:column code: message -> advice`. */
export function problemsOf(text: string): string[] {
  try {
    readSpec(text, 'headroom.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems.map(
      (each) => `${each.line}:${each.column} ${each.code}: ${each.message} -> ${each.advice}`,
    );
  }
}
