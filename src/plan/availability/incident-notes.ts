import type { IncidentLog } from '../../evidence/types.ts';
import { nearest } from '../../problems/nearest.ts';
import type { CauseKind } from '../../spec/types.ts';
import type { Finding } from '../types.ts';
import { usualCauses } from './usual-causes.ts';

/** Names of a cause that may stand in a log: the key of the spec, and the words of the ranking. */
export function causeNames(kind: CauseKind): readonly string[] {
  return [kind, usualCauses[kind].title];
}

/** A name as it is compared: letters only, however they are written. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}

/** Causes and zones of a log that the plan does not know, so that a misspelt one is not silently left out. */
export function incidentNotes({ incidents, file }: IncidentLog, zones: readonly string[]): Finding[] {
  const causes = (Object.keys(usualCauses) as CauseKind[]).flatMap(causeNames);
  const known = new Set(causes.map(plainName));
  const strangeCauses = distinct(incidents.map(({ cause }) => cause)).filter(
    (name) => !known.has(plainName(name)),
  );
  const strangeZones = distinct(incidents.map(({ domain }) => domain[0])).filter(
    (name) => !zones.includes(name),
  );
  return [
    ...note(file, 'cause', strangeCauses, causes, 'no rate of a cause is fitted from it'),
    ...note(file, 'domain', strangeZones, zones, 'its incidents count as those of one more zone'),
  ];
}

function distinct(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))] as string[];
}

function note(
  file: string,
  what: 'cause' | 'domain',
  strange: readonly string[],
  known: readonly string[],
  consequence: string,
): Finding[] {
  return strange.map((name) => {
    const meant = nearest(name, known);
    return {
      code: `incident-${what}-unknown`,
      severity: 'advice',
      message: `${file}: the ${what} ${name} is none that the plan knows; ${consequence}`,
      advice: `${meant === undefined ? '' : `did you mean ${meant}? `}the plan knows ${known.join(', ')}`,
    };
  });
}
