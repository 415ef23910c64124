import type { IdentityStore } from '../contracts/identity.ts';
import type { Database, Sql } from './database.ts';
import { changedIdentities, identitiesAfter } from './identities.ts';

/** Changes that are fed in one step, and identities in one page of a full copy. */
const most = 1000;

/**
 * Brings one replica up to what the database says; resolves with the time (Unix milliseconds) of which it is the state.
 *
 * A replica at version n gets the changes after n in order. One without a position (it is new, or lost its data), or
 * whose next change is not in the log any more, gets everything and loses what the database does not have. Several
 * feeders may feed the same replica. Throws where the replica loses its data meanwhile: the next feed fills it.
 */
export async function feedReplica(database: Database, replica: IdentityStore): Promise<number> {
  for (;;) {
    // Asked before anything else: a replica that loses its data from here on must not get a position, or it would lack
    // identities for ever and yet be believed.
    const generation = await replica.generation();
    const position = await replica.position();
    const at = Date.now();
    const step = await read(database, position?.version);
    if (step.kind === 'ahead') await raise(database, step.version);
    if (step.kind !== 'changes') {
      await copyAll(database, replica, generation);
      continue;
    }
    await replica.put(step.identities);
    await replica.setPosition(step.to, at, generation);
    if (step.to === step.version) return at;
  }
}

type Step =
  | {
      readonly kind: 'changes';
      readonly to: number;
      readonly version: number;
      readonly identities: Awaited<ReturnType<typeof changedIdentities>>;
    }
  | { readonly kind: 'everything' }
  /** The replica has a version that the database never gave, as after a restore from a backup. */
  | { readonly kind: 'ahead'; readonly version: number };

async function read(database: Database, from: number | undefined): Promise<Step> {
  if (from === undefined) return { kind: 'everything' };
  return durably(database, async (sql, version): Promise<Step> => {
    if (from > version) return { kind: 'ahead', version: from };
    if (from === version) return { kind: 'changes', to: version, version, identities: [] };
    const [next] = await sql.rows('select 1 from changes where version = $1', [from + 1]);
    if (!next) return { kind: 'everything' };
    const to = Math.min(version, from + most);
    return { kind: 'changes', to, version, identities: await changedIdentities(sql, { from, to, version }) };
  });
}

/**
 * Every identity, page by page, and nothing else: each is written with the version of its page, so what the replica then
 * has of a version below the first page's is not in the database. What was added meanwhile has a higher one. The
 * position is that of the first page, so what changed meanwhile follows after.
 */
async function copyAll(database: Database, replica: IdentityStore, generation: string): Promise<void> {
  const at = Date.now();
  let first: number | undefined;
  let after = '';
  for (;;) {
    const page = await durably(database, async (sql, version) => ({
      version,
      identities: await identitiesAfter(sql, { after, limit: most, version }),
    }));
    first ??= page.version;
    if (page.version < first) throw new Error('the database went back to a backup during a full copy');
    await replica.put(page.identities);
    const last = page.identities.at(-1);
    if (page.identities.length < most || !last) break;
    after = last.keyId;
  }
  await replica.removeBelow(first);
  await replica.setPosition(first, at, generation);
}

/**
 * Reads a snapshot and returns only once what it read is safe on the standby as well. A primary that restarted shows
 * commits that the standby may not have yet; fed to the replicas and then lost in a failover, they would stay there
 * for ever. The message makes this transaction's own commit wait for everything before it in the log.
 */
async function durably<T>(database: Database, work: (sql: Sql, version: number) => Promise<T>): Promise<T> {
  return database.transaction(
    async (sql) => {
      await sql.rows("select pg_logical_emit_message(true, 'headroom', 'feed')");
      const [row] = await sql.rows<{ version: number }>(
        'select version::float8 as version from change_counter',
      );
      if (!row) throw new Error('the counter of changes is missing');
      return work(sql, row.version);
    },
    { snapshot: true },
  );
}

/** Lifts the counter above what a replica has seen; full copies then make it what the database says. */
async function raise(database: Database, version: number): Promise<void> {
  await database.transaction((sql) =>
    sql.rows('update change_counter set version = greatest(version, $1::bigint + 1)', [version]),
  );
}
