import type { IdentityStore } from '../contracts/identity.ts';
import type { RunningRole } from '../contracts/role.ts';
import { retry } from '../shared/backoff.ts';
import type { IdentityConfig } from '../shared/config-types.ts';
import { createServer, listen } from '../shared/http.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { readSecret } from '../shared/secret.ts';
import { addAdminRoutes } from './admin.ts';
import { CommitUnclear, type Database, DatabaseUnavailable } from './database.ts';
import { type Feeder, startFeeder } from './feeder.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { openIdentityStore, type StoreDependencies } from './open-store.ts';

export interface IdentityDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Opened by the caller, who closes it. */
  readonly database?: Database;
  /** Replicas that the caller opened and closes, such as the one in the process. */
  readonly replicas?: readonly IdentityStore[];
}

/** Changes in the log after which a replica that was away longer is copied anew. */
const keepChanges = '7 days';
const hour = 3_600_000;

/**
 * The management plane: the admin API and the feed of the replicas. It starts without its database and waits for a
 * primary, not ready until then.
 */
export async function startIdentity(
  config: IdentityConfig,
  { logger, metrics, ...given }: IdentityDependencies,
): Promise<RunningRole> {
  const adminKey = config.adminKey && (await readSecret(config.adminKey));
  const database = given.database ?? (await openDatabase(config.database));
  const replicas = given.replicas ?? (await openReplicas(config, { logger, metrics }));
  const closing = new AbortController();
  let feeder: Feeder | undefined;
  let draining = false;

  const answers = async () => {
    await database.transaction((sql) => sql.rows('select 1'));
    return true;
  };
  const server = createServer({
    logger,
    metrics,
    ready: () => (feeder && !draining ? answers().catch(() => false) : false),
  });
  addAdminRoutes(server, {
    database,
    metrics,
    ...(adminKey === undefined ? {} : { adminKey }),
    changed: () => feeder?.wake(),
  });

  const begin = async () => {
    await migrate(database);
    const { replicationLag } = config;
    if (!closing.signal.aborted) {
      feeder = startFeeder({ database, replicas, replicationLag, logger, metrics });
    }
  };
  try {
    await begin();
  } catch (error) {
    if (!isAway(error)) throw error;
    logger.warn({ err: error }, 'the database is not there yet; waiting for it');
    retry(begin, { first: 0.5, most: 5, signal: closing.signal, transient: isAway }).catch(
      (reason: unknown) => {
        if (!closing.signal.aborted) logger.error({ err: reason }, 'the database cannot be used');
      },
    );
  }
  const pruning = setInterval(() => {
    database
      .transaction((sql) => sql.rows(`delete from changes where at < now() - interval '${keepChanges}'`))
      .catch((error: unknown) => logger.warn({ err: error }, 'old changes are not removed'));
  }, hour);
  pruning.unref();

  const end = async () => {
    closing.abort();
    clearInterval(pruning);
    await server.close();
    await feeder?.close();
    if (!given.replicas) await Promise.all(replicas.map((replica) => replica.close()));
    if (!given.database) await database.close();
  };
  let ended: Promise<void> | undefined;
  /** Once, however often it is asked: a connection that is closed twice throws. */
  const close = () => {
    ended ??= end();
    return ended;
  };
  return {
    addresses: { listen: await listen(server, config.listen) },
    async drain() {
      draining = true;
      await close();
    },
    close,
  };
}

function isAway(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || error instanceof CommitUnclear;
}

/** The feed has more time than a customer's request: half of the lag that is allowed. */
async function openReplicas(
  config: IdentityConfig,
  dependencies: StoreDependencies,
): Promise<readonly IdentityStore[]> {
  const { dataPlane, dataPlanePassword: password, replicationLag } = config;
  return Promise.all(
    dataPlane.map((url) =>
      openIdentityStore(
        { url, timeout: replicationLag / 2, replicationLag, ...(password ? { password } : {}) },
        dependencies,
      ),
    ),
  );
}
