import type { Fault } from '../../checks.ts';
import { type Deployment, faultIn } from './part.ts';

/** Whatever is called by name is there. */
export function referenceFaults({ parts, references }: Deployment): Fault[] {
  const found = [
    ...references.map((each) => ({ ...each, who: 'the file' })),
    ...parts.flatMap((part) => part.references.map((each) => ({ ...each, who: part.shown }))),
  ];
  return found
    .filter(({ exists }) => !exists)
    .map(({ who, kind, name, place, advice }) =>
      faultIn('references', place, `${who} names the ${kind} ${name}, which is not there`, advice),
    );
}
