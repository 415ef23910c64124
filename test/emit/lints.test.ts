import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { repository } from './checks/tree.ts';
import { kubernetesTree } from './kubernetes-tree.ts';
import { lints } from './lints.ts';

const objects = kubernetesTree().objects.map(({ value }) => value);
const named = ({ kind, metadata }: { kind: string; metadata: { name: string } }) =>
  `${kind} ${metadata.name}`;

/** Those that are not asserted here: docs/emit.md says why. */
const elsewhere = [
  ...['dnsconfig-options', 'exposed-services', 'minimum-three-replicas', 'no-node-affinity'],
  ...['required-annotation-email', 'required-label-owner', 'schema-validation', 'sorted-keys'],
];

describe('what kube-linter asks for', () => {
  it.each(Object.entries(lints))('%s holds for every object, and somebody without it is found', (_, lint) => {
    expect(lint.offenders(objects).map(named)).toEqual([]);
    const marred = structuredClone(objects);
    lint.plant(marred);
    expect(lint.offenders(marred)).not.toEqual([]);
  });

  it('is each of its 63 checks, here or with a reason in docs/emit.md', () => {
    const docs = readFileSync(`${repository}docs/emit.md`, 'utf8');
    const reasons = [...docs.matchAll(/^\| kube-linter (.*?) \|/gm)].flatMap(([, names = '']) =>
      [...names.matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
    );
    expect(reasons).toEqual(expect.arrayContaining(elsewhere));
    expect(new Set([...Object.keys(lints), ...elsewhere]).size).toBe(63);
  });
});
