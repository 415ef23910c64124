import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { InvalidInput, type Problem } from '../problems/problem.ts';

export const processFileName = 'processes.yaml';

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name has small letters, digits and hyphens');
const seconds = z.number().nonnegative();
const address = z.string().regex(/^[\d.]+:\d+$/, 'an address is host:port');
const relative = z.string().regex(/^(?!\/)(?!.*\.\.)/, 'a path below the folder of this file');
const patch = z.record(z.string(), z.unknown());

const processSchema = z.strictObject({
  /** What other processes name in `needs`. */
  tier: z.string(),
  command: z.array(z.string()).min(1),
  /** The program that must be installed, where it is not the first word of the command. */
  program: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  /** Made before the first start. */
  folders: z.array(relative).default([]),
  /** Tiers of which all processes must be ready first. */
  needs: z.array(z.string()).default([]),
  /** Processes of the same sequence become ready one after another. */
  sequence: z.string().optional(),
  ready: z.union([z.strictObject({ http: z.url() }), z.strictObject({ tcp: address })]).optional(),
  ports: z.array(address).default([]),
  /** Ends by itself, and is ready then. */
  once: z.boolean().default(false),
  /** Started only where an engine is missing. */
  spare: z.boolean().default(false),
  /** Where the first key of a customer is; with a pattern it is taken from the output, and kept out of the log. */
  key: z.strictObject({ file: relative, pattern: z.string().optional() }).optional(),
  signal: z.enum(['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGQUIT']).default('SIGTERM'),
  /** Time from that signal until it is killed, in seconds. */
  grace: seconds,
});

const missingSchema = z.strictObject({
  program: z.string(),
  /** Its name in scripts/engines. */
  engine: z.string(),
  /** What is done instead. */
  says: z.string(),
  /** Start these processes and no other. */
  only: z.array(name).optional(),
  /** Tiers that are left out. */
  without: z.array(z.string()).default([]),
  /** Tiers of which the first process stays. */
  first: z.array(z.string()).default([]),
  address: z.url().optional(),
  /** Into the configs that have the section above: `usage.store`. */
  set: patch.default({}),
});

/** The file as it is written; schemas/processes.json is made of it. */
export const processFileSchema = z.strictObject({
  schema: z.literal('headroom/processes/v1'),
  name: z.string(),
  run: relative,
  /** Where customers connect. */
  address: z.url(),
  secrets: z.array(name).default([]),
  /** Time that a process may take until it is ready, in seconds. */
  patience: seconds,
  restart: z.strictObject({ first: seconds, most: seconds }),
  /** Files, or folders of files, whose `${...}` are filled in below run/filled. */
  filled: z.array(relative).default([]),
  processes: z.record(name, processSchema),
  missing: z.array(missingSchema).default([]),
  /** Where the caller is root: the user that this program runs as, and what tells the configs so. */
  root: z.strictObject({ program: z.string(), user: z.string(), set: patch }).optional(),
});

/** What is to run on this machine, as `emit --target local` wrote it. */
export type ProcessFile = Readonly<z.infer<typeof processFileSchema>>;
export type ProcessSpec = Readonly<z.infer<typeof processSchema>>;
export type Missing = Readonly<z.infer<typeof missingSchema>>;

/** Reads `processes.yaml` of a folder. Throws InvalidInput with the place of each problem. */
export function readProcessFile(folder: string, shown: string): ProcessFile {
  const path = join(folder, processFileName);
  const file = `${shown}/${processFileName}`;
  if (!existsSync(path)) {
    const advice = 'write it with headroom emit --target local, or name another folder with --dir';
    throw new InvalidInput([{ code: 'bad-file', file, message: `there is no ${file}`, advice }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  const problem = (offset: number, message: string, code: Problem['code']): Problem => {
    const { line, col } = lines.linePos(offset);
    return { code, file, line, column: col, message, advice: 'mend it, or emit the folder again' };
  };
  if (document.errors.length > 0) {
    throw new InvalidInput(
      document.errors.map(({ pos, message }) => problem(pos[0], message.split('\n')[0] ?? '', 'yaml-syntax')),
    );
  }
  const result = processFileSchema.safeParse(document.toJS());
  if (result.success) return result.data;
  throw new InvalidInput(
    result.error.issues.map(({ path: keys, message }) => {
      const node = document.getIn(keys, true) as { range?: readonly number[] } | undefined;
      return problem(node?.range?.[0] ?? 0, `${keys.join('.') || 'the file'}: ${message}`, 'wrong-type');
    }),
  );
}
