import { nearest } from '../../../problems/nearest.ts';
import type { Fault } from '../../checks.ts';
import { type Deployment, faultIn, type Part, type Wait } from './part.ts';

const name = 'dependencies';

/** Parts wait for parts that exist, that say when they are ready, and not for each other. */
export function dependencyFaults({ parts, known }: Deployment): Fault[] {
  const faults = parts.flatMap((part) => part.waits.flatMap((wait) => waitFaults(part, wait, known)));
  return [...faults, ...circleFaults(parts)];
}

function waitFaults(part: Part, wait: Wait, known: readonly string[]): Fault[] {
  if (!wait.exists) {
    const near = nearest(wait.name, known);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    const message = `${part.shown} waits for ${wait.name}, which is not in the file${hint}`;
    return [faultIn(name, wait.place, message, 'name one that is there, or do not wait for it')];
  }
  if (wait.never === undefined) return [];
  const message = `${part.shown} waits for ${wait.name}, which ${wait.never}`;
  return [faultIn(name, wait.place, message, 'wait for what says when it is ready')];
}

/** One fault for each circle, at the wait that closes it. */
function circleFaults(parts: readonly Part[]): Fault[] {
  const waits = new Map(parts.map((part) => [part.name, part.waits]));
  const done = new Set<string>();
  const faults: Fault[] = [];
  const walk = (part: string, above: readonly string[]) => {
    for (const wait of done.has(part) ? [] : (waits.get(part) ?? [])) {
      for (const next of wait.on) {
        const from = [...above, part].indexOf(next);
        if (from < 0) walk(next, [...above, part]);
        else faults.push(circleFault([...above, part].slice(from), wait));
      }
    }
    done.add(part);
  };
  for (const { name: part } of parts) walk(part, []);
  return faults;
}

function circleFault(circle: readonly string[], { place }: Wait): Fault {
  const shown = [...circle, circle[0]].join(' > ');
  return faultIn(name, place, `these wait for each other: ${shown}`, 'take one of the waits away');
}
