import type { Plan } from '../plan/types.ts';
import type { Spec } from '../spec/types.ts';

export const targets = ['kubernetes', 'compose', 'local'] as const;
export type Target = (typeof targets)[number];

/** What templates are rendered from. */
export interface EmitInput {
  readonly target: Target;
  readonly plan: Plan;
  readonly spec: Spec;
  /** Texts made from the plan without a template: rules, dashboards, the topology. */
  readonly made: readonly MadeText[];
  /** Said at the top of every file where the plan misses an objective. */
  readonly warning?: string;
  /** Where `plan` is the service scaled to a smaller machine: which one, and its peak relative to the planned one. */
  readonly scale?: Scale;
  /** The same for a small machine: files below `overlays/small` are rendered from it. */
  readonly small?: EmitInput;
}

export interface Scale {
  readonly name: string;
  readonly factor: number;
}

/** A text that is a file of its own in every target, and that templates may take in by its name. */
export interface MadeText {
  readonly name: string;
  /** Below the output folder. */
  readonly path: string;
  readonly text: string;
  readonly reads: readonly string[];
}

/** One template: its path below the target's folder, and where it was read. */
export interface Template {
  readonly path: string;
  readonly text: string;
  /** As shown to people in errors. */
  readonly shown: string;
}

/** One file to be written. */
export interface EmittedFile {
  /** Below the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The documents of a YAML or JSON file as plain values, where they are known without reading the text. */
  readonly values?: readonly unknown[];
  /** Names of the plan's quantities that its text depends on, sorted. */
  readonly reads: readonly string[];
}
