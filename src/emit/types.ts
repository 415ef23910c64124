import type { Plan } from '../plan/types.ts';
import type { Spec } from '../spec/types.ts';
import type { PackedDocument } from './packed-template.ts';

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

export type Value = string | number | boolean;

/** One thing that a file says of the plan. */
export interface Said {
  /** Quantities of the plan from which the text is made. */
  readonly names: readonly string[];
  readonly text: string;
  /** What it would be for another plan. Throws a RangeError where that plan has no such text. */
  again(input: EmitInput): string;
}

/** What below this folder of a target is rendered from the plan for a small machine. */
export const smallFolder = 'overlays/small';

export interface Scale {
  readonly name: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly factor: number;
}

/** A text that templates may take in by its name, and that may be a file of its own in every target. */
export interface MadeText {
  readonly name: string;
  /** Below the output folder; absent where it is only taken in. */
  readonly path?: string;
  readonly text: string;
  /** What it says of the plan, by a key for each thing. */
  readonly said: ReadonlyMap<string, Said>;
  /** Its documents as plain values, where they are known without reading the text. */
  readonly values?: readonly unknown[];
}

/** One template: its path below the target's folder, and where it was read. */
export interface Template {
  readonly path: string;
  readonly text: string;
  /** As shown to people in errors. */
  readonly shown: string;
  /** What reading the text as YAML would give, where that was done before. */
  readonly packed?: readonly PackedDocument[];
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
  /** Everything that it says of the plan: for another plan it is another text exactly if one of these is. */
  readonly said?: readonly Said[];
}
