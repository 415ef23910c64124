import type { EmittedFile, Target } from '../../types.ts';
import { composeDeployments } from './compose.ts';
import { localDeployments } from './local.ts';
import type { Deployment } from './part.ts';

const known = new WeakMap<readonly EmittedFile[], readonly Deployment[]>();

/** What a tree starts by itself on one machine; nothing for Kubernetes. Each tree is read once. */
export function deploymentsOf(files: readonly EmittedFile[], target: Target): readonly Deployment[] {
  const found = known.get(files) ?? read(files, target);
  known.set(files, found);
  return found;
}

function read(files: readonly EmittedFile[], target: Target): Deployment[] {
  if (target === 'compose') return composeDeployments(files);
  return target === 'local' ? localDeployments(files) : [];
}
