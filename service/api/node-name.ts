import { mkdir, readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigInvalid } from '../shared/config.ts';
import type { ApiConfig } from '../shared/config-types.ts';
import { writeDurably } from '../shared/durable-file.ts';

/** The file of a spool's folder that says to which API server it belongs. */
const nodeNote = 'node';

/** The API server that the id of a job names. */
export function nodeOf(id: string): string {
  return id.slice(0, id.lastIndexOf('.'));
}

/**
 * The name of an API server in its job ids: that of the config, else the one that its spool's folder remembers, else the
 * host's. It is noted there, so that jobs are found after a restart on another host.
 *
 * Throws ConfigInvalid where the config has another name than the folder, and jobs are in it.
 */
export async function nodeName({ node, spool }: Pick<ApiConfig, 'node' | 'spool'>): Promise<string> {
  if (!spool) return node ?? hostName();
  await mkdir(spool.folder, { recursive: true, mode: 0o700 });
  const noted = await readNote(spool.folder);
  const held = (await readdir(spool.folder)).filter((name) => name.endsWith('.job')).map(nodeOfFile);
  // A folder from before there was such a note.
  const remembered = noted ?? held.find((each) => each === node) ?? held[0];
  if (node !== undefined && remembered !== node && held.length > 0) {
    const message = `${node}, but ${spool.folder} holds jobs of ${remembered}, which nobody would find`;
    throw new ConfigInvalid([
      { path: 'api.node', message: `${message}; keep that name, or give it a folder of its own` },
    ]);
  }
  const name = node ?? remembered ?? hostName();
  if (name !== noted) await writeDurably(join(spool.folder, nodeNote), name);
  return name;
}

async function readNote(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, nodeNote), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text === '' ? undefined : text;
}

function nodeOfFile(name: string): string {
  return nodeOf(name.slice(0, -'.job'.length));
}

/** The host's name as a node name. */
function hostName(): string {
  return (
    hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '-')
      .slice(0, 40) || 'api'
  );
}
