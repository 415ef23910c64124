import type { Fault } from '../../checks.ts';
import type { Path } from '../../schema/json-schema.ts';
import type { Address } from '../addresses.ts';
import type { Config } from '../configs.ts';
import type { Doc } from '../documents.ts';
import type { Protocol } from '../listeners.ts';

/** Where something stands; its line is only looked up for a fault. */
export interface Place {
  readonly file: string;
  readonly line: () => number;
}

/** A text of a part itself, such as an argument. */
export interface Word {
  readonly text: string;
  readonly place: Place;
}

/** A port that a part listens on. */
export interface Socket {
  readonly port: number;
  /** Empty where it is not said beside the port. */
  readonly host: string;
  /** Only for the part itself. */
  readonly local: boolean;
  /** It stands where the format is known, so that what listens beside it would stand there too. */
  readonly isSure: boolean;
  readonly speaks?: Protocol;
  readonly place: Place;
}

/** A name that stands for something else of the tree. */
export interface Reference {
  readonly place: Place;
  /** What is named: `network`, `secret`. */
  readonly kind: string;
  readonly name: string;
  readonly exists: boolean;
  readonly advice: string;
}

/** A port of its own that a part, or somebody for it, counts on. */
export interface Claim {
  /** What counts on it: `its health check asks`. */
  readonly says: string;
  readonly host: string;
  readonly port: number;
  /** From outside of the part, so that listening on its own address is not enough. */
  readonly outside: boolean;
  readonly place: Place;
}

/** What must be ready before a part starts. */
export interface Wait {
  /** As it is written: a part, or a tier of parts. */
  readonly name: string;
  readonly exists: boolean;
  /** The parts of that name. */
  readonly on: readonly string[];
  readonly place: Place;
  /** Why nobody would know when it is ready; absent where that is known. */
  readonly never?: string;
}

/** A part of a deployment on one machine: a service of compose, or a process that `headroom up` starts. */
export interface Part {
  readonly name: string;
  /** Other names of it, as hosts. */
  readonly aliases: readonly string[];
  /** As messages call it: `service api-1`. */
  readonly shown: string;
  readonly place: Place;
  /** What it reads. */
  readonly configs: readonly Config[];
  /** Arguments and variables. */
  readonly words: readonly Word[];
  readonly sockets: readonly Socket[];
  /** Parts whose addresses are its own; absent where it has those of somebody who is not known. */
  readonly beside?: readonly Part[];
  readonly references: readonly Reference[];
  readonly waits: readonly Wait[];
  readonly claims: readonly Claim[];
  /** All that it listens on, where its file has to say so. */
  readonly declared?: readonly { readonly host: string; readonly port: number }[];
  /** Ports of the machine that it takes for itself. */
  readonly takes: readonly { readonly address: string; readonly place: Place }[];
  /** Its folders of data, and what holds them; absent where that is gone with the part. */
  readonly keeps: readonly { readonly folder: string; readonly where?: string; readonly place: Place }[];
  /** Absent where they are not known. */
  readonly networks?: readonly string[];
  /** From the signal until it is killed, in seconds. */
  readonly grace: { readonly seconds: number; readonly key: string; readonly place: Place };
  /** How it is told to end; absent where its image decides. */
  readonly signal?: string;
  readonly limit?: { readonly bytes: number; readonly place: Place };
}

/** What a tree starts by itself on one machine, as its file says. */
export interface Deployment {
  readonly doc: Doc;
  readonly parts: readonly Part[];
  /** What a part may wait for. */
  readonly known: readonly string[];
  /** Names in the file outside of any part. */
  readonly references: readonly Reference[];
  /** Addresses in the file outside of any part, such as where customers connect. */
  readonly addresses: readonly Word[];
  /** Addresses in a text that may be those of parts. */
  readonly addressesIn: (text: string) => readonly Address[];
  /** Why an address does not lead to a listener; undefined where it does, or where it is nobody's of the tree. */
  readonly wrongAddress: (address: Address, from?: Part) => string | undefined;
}

export function inDoc(doc: Doc, path: Path): Place {
  return { file: doc.file.path, line: () => doc.lineOf(path) };
}

export function inConfig(config: Config, line: number): Place {
  return { file: config.path, line: () => config.lineOf(line) };
}

export function faultIn(check: string, place: Place, message: string, advice: string): Fault {
  return { check, path: place.file, line: place.line(), message, advice };
}

/**
 * The configs of each part, less those that a part which ends by itself only borrows: it takes an address out of the
 * config of a part that lasts, and neither listens nor asks for the rest of what stands there.
 */
export function ownConfigs(
  read: ReadonlyMap<string, readonly Config[]>,
  ending: ReadonlySet<string>,
): ReadonlyMap<string, readonly Config[]> {
  const lasting = new Set([...read].flatMap(([name, configs]) => (ending.has(name) ? [] : configs)));
  return new Map(
    [...read].map(([name, configs]) => [
      name,
      ending.has(name) ? configs.filter((each) => !lasting.has(each)) : configs,
    ]),
  );
}
