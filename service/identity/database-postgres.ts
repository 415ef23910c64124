import pg from 'pg';
import { CommitUnclear, type Database, DatabaseUnavailable, type Sql } from './database.ts';

export interface PostgresOptions {
  /** `postgres://user@host:port,host:port/database`. */
  readonly url: string;
  readonly password?: string;
  /** Seconds for one statement; 5 unless told. A commit that waits longer is unclear. */
  readonly timeout?: number;
}

export interface PostgresAddress {
  readonly user: string;
  readonly database: string;
  readonly password?: string;
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
}

/** The parts of a URL with several hosts, which `URL` cannot read. Throws RangeError. */
export function parsePostgresUrl(url: string): PostgresAddress {
  const form =
    /^postgres(?:ql)?:\/\/(?<user>[^:@/]+)(?::(?<password>[^@/]*))?@(?<hosts>[^/]+)\/(?<database>\w+)$/;
  const { user, password, hosts, database } = form.exec(url)?.groups ?? {};
  if (user === undefined || hosts === undefined || database === undefined) {
    throw new RangeError('the database must be embedded or postgres://user@host:port,host:port/database');
  }
  return {
    user: decodeURIComponent(user),
    ...(password === undefined ? {} : { password: decodeURIComponent(password) }),
    database,
    hosts: hosts.split(',').map((each) => {
      const [, host = '', port = '5432'] = /^(.+?)(?::(\d+))?$/.exec(each) ?? [];
      return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
    }),
  };
}

/**
 * A primary and its standbys. Each transaction asks whether it speaks to a primary, as `target_session_attrs=primary`
 * does, and goes to the next host where it does not. A host that failed or is none is asked last from then on: one that
 * is silent would cost each transaction its timeout, and an old primary that was cut off still calls itself one, but
 * cannot commit.
 */
export function openPostgres({ url, password, timeout = 5 }: PostgresOptions): Database {
  const address = parsePostgresUrl(url);
  const secret = password ?? address.password;
  let pools = address.hosts.map(({ host, port }) => {
    const pool = new pg.Pool({
      host,
      port,
      user: address.user,
      database: address.database,
      ...(secret === undefined ? {} : { password: secret }),
      max: 10,
      connectionTimeoutMillis: Math.min(2000, timeout * 1000),
      query_timeout: timeout * 1000,
      keepAlive: true,
      application_name: 'headroom-identity',
    });
    // An idle connection that breaks is thrown away by the pool; the next one says what is wrong.
    pool.on('error', () => {});
    // One in use that breaks fails its statement; where that was given up before, nobody else listens.
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  });

  const askLast = (pool: pg.Pool) => {
    pools = [...pools.filter((each) => each !== pool), pool];
  };

  /** A connection to the primary with a transaction begun. */
  const begin = async (level: string): Promise<readonly [pg.Pool, pg.PoolClient]> => {
    const reasons: string[] = [];
    for (const pool of pools) {
      let client: pg.PoolClient | undefined;
      try {
        client = await pool.connect();
        const answers = (await client.query(
          `begin isolation level ${level}; select pg_is_in_recovery() as standby`,
        )) as unknown as readonly pg.QueryResult<{ standby: boolean }>[];
        if (answers[1]?.rows[0]?.standby === false) return [pool, client];
        reasons.push('a standby');
      } catch (error) {
        reasons.push((error as Error).message || (error as { code?: string }).code || 'no answer');
      }
      client?.release(true);
      askLast(pool);
    }
    throw new DatabaseUnavailable(`no primary among ${pools.length} hosts: ${reasons.join('; ')}`);
  };

  return {
    async transaction(work, { snapshot = false } = {}) {
      const [pool, client] = await begin(snapshot ? 'repeatable read' : 'read committed');
      const sql = statements(client);
      let result: Awaited<ReturnType<typeof work>>;
      try {
        result = await work(sql);
      } catch (error) {
        if (sql.lost()) askLast(pool);
        else await client.query('rollback').catch(() => {});
        client.release(sql.lost());
        throw sql.lost()
          ? new DatabaseUnavailable(`the primary was lost: ${(error as Error).message}`)
          : explained(error);
      }
      try {
        await commit(client);
      } catch (error) {
        client.release(true);
        // A violated deferred constraint is an answer; silence is not.
        if (!isLost(error)) throw explained(error);
        askLast(pool);
        throw new CommitUnclear(`no answer to the commit: ${(error as Error).message}`);
      }
      client.release();
      return result;
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

function statements(client: pg.PoolClient): Sql & { lost(): boolean } {
  let lost = false;
  return {
    rows: async <Row>(text: string, values: readonly unknown[] = []) => {
      try {
        return (await client.query(text, [...values])).rows as readonly Row[];
      } catch (error) {
        lost ||= isLost(error);
        throw error;
      }
    },
    lost: () => lost,
  };
}

/**
 * Commits. Where an operator cancels a commit that waits for the standby, PostgreSQL says success with a warning, and
 * the change may be lost with the primary: that is no success here.
 */
async function commit(client: pg.PoolClient): Promise<void> {
  let warning: string | undefined;
  const note = (notice: { readonly severity: string | undefined; readonly message?: string | undefined }) => {
    if (notice.severity === 'WARNING') warning = notice.message ?? 'warning';
  };
  client.on('notice', note);
  try {
    await client.query('commit');
  } finally {
    client.off('notice', note);
  }
  if (warning !== undefined) throw new Error(warning);
}

/** A primary without room, memory or a sound disk says so and goes on: that is no fault of the statement. */
function explained(error: unknown): unknown {
  const { code = '', message } = error as { code?: string; message: string };
  return /^(53|58)/.test(code) ? new DatabaseUnavailable(`the primary cannot write: ${message}`) : error;
}

/** Whether the server is gone, going or no primary, in contrast to an error in what it was asked. */
function isLost(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  const sqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object);
  return !sqlState || code.startsWith('57P') || code.startsWith('08') || code === '25006';
}
