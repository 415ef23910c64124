import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { madeTexts } from '../../src/emit/made-texts.ts';
import { readTemplates } from '../../src/emit/read-templates.ts';
import { renderTarget } from '../../src/emit/render-target.ts';
import type { EmitInput } from '../../src/emit/types.ts';
import { buildPlan, plannerOf } from '../../src/plan/build.ts';
import { sizeFor, smallPlan } from '../../src/plan/scale.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import type { Spec } from '../../src/spec/types.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are looked into at many depths
export type Manifest = any;

export interface Tree {
  readonly input: EmitInput;
  readonly files: ReadonlyMap<string, string>;
  /** Every object below base and global, with the file that it is in. */
  readonly objects: readonly { readonly path: string; readonly value: Manifest }[];
  readonly kind: (kind: string) => readonly Manifest[];
  readonly object: (kind: string, name: string) => Manifest;
}

const shipped = fileURLToPath(new URL('../../templates', import.meta.url));

/** The Kubernetes target as it is emitted for a spec. */
export function kubernetesTree(spec: Spec = exampleSpec()): Tree {
  const plan = buildPlan({ spec, sets: [] });
  const size = sizeFor('kubernetes');
  const { factor, ...scaled } = smallPlan(spec, plan, size, plannerOf({ sets: [] }));
  const target = 'kubernetes' as const;
  const small = {
    ...scaled,
    target,
    scale: { ...size, factor },
    made: madeTexts(scaled.plan, scaled.spec),
  };
  const input: EmitInput = { target, plan, spec, small, made: madeTexts(plan, spec) };
  const files = renderTarget(input, readTemplates(shipped, 'kubernetes'));
  const objects = files.filter(({ path }) => /^(base|global)\/.*\.yaml$/.test(path)).flatMap(manifestsOf);
  const kind = (wanted: string) =>
    objects.map(({ value }) => value).filter((each: Manifest) => each.kind === wanted);
  return {
    input,
    files: new Map(files.map(({ path, text }) => [path, text])),
    objects,
    kind,
    object: (wanted, name) => {
      const found = kind(wanted).find((each) => each.metadata.name === name);
      if (found === undefined) throw new Error(`the tree has no ${wanted} ${name}`);
      return found;
    },
  };
}

function manifestsOf({ path, text }: { readonly path: string; readonly text: string }) {
  return parseAllDocuments(text).map((document) => ({ path, value: document.toJS() as Manifest }));
}

/** A quantity of the plan in base units. Throws where there is none. */
export function quantityOf({ plan }: EmitInput, name: string): number {
  const quantity = plan.quantities.get(name);
  if (quantity === undefined) throw new Error(`the plan has no ${name}`);
  return quantity.value;
}

export const workloadKinds = ['Deployment', 'StatefulSet', 'Job', 'CronJob'] as const;

/** What a workload makes its pods from. */
export function templateOf({ kind, spec }: Manifest): Manifest {
  return kind === 'CronJob' ? spec.jobTemplate.spec.template : spec.template;
}
