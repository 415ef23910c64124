import { InvalidInput, type Problem, type ProblemCode } from '../problems/problem.ts';
import { regionSlug } from '../rules/name-slug.ts';
import type { Spec } from '../spec/types.ts';
import { smallFolder } from './types.ts';

/** A label of a node, short enough to be part of the name of a rack's StatefulSet and its pods. */
const zoneName = /^[A-Za-z0-9]([\w.-]{0,33}[A-Za-z0-9])?$/;

/** Refuses regions and zones that the files for Kubernetes cannot tell apart or name. Throws InvalidInput. */
export function requireNames(spec: Spec): void {
  const problems = [...sameRegions(spec), ...unfitNames(spec)];
  if (problems.length > 0) throw new InvalidInput(problems);
}

function sameRegions(spec: Spec): Problem[] {
  const first = new Map<string, string>();
  return spec.regions.value.flatMap(({ name }) => {
    const short = regionSlug(name);
    const other = first.get(short);
    if (other === undefined) first.set(short, name);
    if (other === undefined) return [];
    const message = `regions \`${other}\` and \`${name}\` are both \`${short}\` in names of files and buckets`;
    return [problem(spec, 'duplicate-name', message, 'let them differ in more than case and punctuation')];
  });
}

function unfitNames(spec: Spec): Problem[] {
  return spec.regions.value.flatMap(({ name, zones }) => [
    ...(`overlays/${regionSlug(name)}` === smallFolder
      ? [
          problem(
            spec,
            'duplicate-name',
            `region \`${name}\` would be ${smallFolder}, which is the overlay for one machine`,
            'give the region another name',
          ),
        ]
      : []),
    ...zones
      .filter((zone) => !zoneName.test(zone))
      .map((zone) =>
        problem(
          spec,
          'out-of-range',
          `zone \`${zone}\` of region \`${name}\` cannot be the label topology.kubernetes.io/zone of a node`,
          'name it as the nodes do: up to 35 letters, digits, hyphens, dots and underscores',
        ),
      ),
  ]);
}

function problem({ file, regions: { origin } }: Spec, code: ProblemCode, message: string, advice: string) {
  const place = origin.kind === 'given' && 'file' in origin ? origin : undefined;
  return {
    ...(place === undefined ? { file } : { file: place.file, line: place.line, column: place.column }),
    ...{ code, message, advice },
  };
}
