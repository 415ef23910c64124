import type { Sql } from './database.ts';

export interface Change {
  /** Who did it: a fingerprint of the admin key, and whom it says to act for. */
  readonly actor: string;
  readonly action: 'create' | 'update' | 'close' | 'revoke';
  readonly kind: 'plan' | 'customer' | 'key';
  readonly subject: string;
  readonly customer?: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Writes a change into the log that feeds the data plane and into the audit log, in the transaction that makes it.
 * The counter's row stays locked until the commit, so versions are without gaps and are seen in order: a feed that has
 * read version n will never meet a smaller one later. Returns the version.
 */
export async function recordChange(sql: Sql, change: Change): Promise<number> {
  const [row] = await sql.rows<{ version: number }>(
    'update change_counter set version = version + 1 returning version::float8 as version',
  );
  if (!row) throw new Error('the counter of changes is missing');
  const { actor, action, kind, subject, customer, before, after } = change;
  await sql.rows('insert into changes (version, kind, subject) values ($1, $2, $3)', [
    row.version,
    kind,
    subject,
  ]);
  await sql.rows(
    `insert into audit (version, actor, action, kind, subject, customer, before, after)
     values ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8::text::jsonb)`,
    [row.version, actor, action, kind, subject, customer ?? null, json(before), json(after)],
  );
  return row.version;
}

export interface AuditRecord {
  readonly version: number;
  readonly at: string;
  readonly actor: string;
  readonly action: Change['action'];
  readonly kind: Change['kind'];
  readonly subject: string;
  readonly customer: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** The audit log after a version, oldest first; of one customer where one is named. */
export async function listAudit(
  sql: Sql,
  { after, limit, customer }: { readonly after: number; readonly limit: number; readonly customer?: string },
): Promise<readonly AuditRecord[]> {
  const rows = await sql.rows<Omit<AuditRecord, 'at'> & { at: Date }>(
    `select version::float8 as version, at, actor, action, kind, subject, customer, before, after
     from audit where version > $1 and ($2::text is null or customer = $2) order by audit.version limit $3`,
    [after, customer ?? null, limit],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
