/** The schema as it grew: each entry is a number that was released once and is never edited. */
export const migrations: readonly (readonly string[])[] = [
  [
    `create table plans (
      id text primary key,
      name text not null,
      requests_per_month bigint not null check (requests_per_month >= 0),
      requests_per_second double precision not null check (requests_per_second >= 0),
      created_at timestamptz not null default now()
    )`,
    `create table customers (
      id text primary key,
      name text not null,
      plan text not null references plans,
      -- A quota of the customer's own; null takes the plan's.
      requests_per_month bigint check (requests_per_month >= 0),
      requests_per_second double precision check (requests_per_second >= 0),
      blocked boolean not null default false,
      closed_at timestamptz,
      created_at timestamptz not null default now()
    )`,
    'create index customers_plan on customers (plan)',
    `create table keys (
      id text primary key,
      customer text not null references customers,
      label text not null,
      secret_hash text not null,
      created_at timestamptz not null default now(),
      revoked_at timestamptz
    )`,
    'create index keys_customer on keys (customer, id)',
    // One row that every change takes in turn, so that versions have no gaps and become visible in their order.
    `create table change_counter (
      one boolean primary key default true check (one),
      version bigint not null
    )`,
    'insert into change_counter (version) values (0)',
    `create table changes (
      version bigint primary key,
      at timestamptz not null default now(),
      kind text not null check (kind in ('plan', 'customer', 'key')),
      subject text not null
    )`,
    'create index changes_at on changes (at)',
    `create table audit (
      version bigint primary key,
      at timestamptz not null default now(),
      actor text not null,
      action text not null,
      kind text not null,
      subject text not null,
      customer text,
      before jsonb,
      after jsonb
    )`,
    'create index audit_customer on audit (customer, version)',
    'create index audit_subject on audit (subject, version)',
  ],
];
