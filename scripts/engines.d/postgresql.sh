# PostgreSQL holds the management plane of identity. It refuses root, so it runs as the user postgres.
# --config: lines for the end of postgresql.conf.
package='postgresql-15 postgresql-client-15'
version=15.20-0+deb12u1
commands=(usr/lib/postgresql/15/bin/{postgres,initdb,pg_ctl,pg_basebackup,pg_rewind,pg_isready,psql})
libraries=(libpq5 libicu72 libldap-2.5-0 libxml2 libxslt1.1 libpam0g liblz4-1 libzstd1 libgssapi-krb5-2 libssl3
  libsystemd0 libuuid1 libreadline8 tzdata)
needs=(setpriv=util-linux useradd=passwd)
ports=(client)
runs_as=postgres
# The fast shutdown: TERM would wait for every client to leave.
stop_signal=INT

as_owner() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi
}

configure() {
  local password
  if [ "$(id -u)" = 0 ]; then
    getent passwd postgres >/dev/null || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin postgres
    chown postgres: "$folder"
    as_owner test -x "$folder" || fail "the user postgres cannot reach $folder; chmod o+x the folders above it"
  fi
  password="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  (umask 077 && printf '%s\n' "$password" >"$folder/password")
  chown --reference="$folder" "$folder/password"
  (cd "$folder" && as_owner initdb --no-sync --pgdata "$folder/data" --username postgres --auth scram-sha-256 \
    --pwfile "$folder/password" --data-checksums --encoding UTF8 --locale C >"$folder/initdb.log" 2>&1) ||
    fail "initdb failed: $(tail -n 2 "$folder/initdb.log")"
  {
    printf "listen_addresses = '%s'\nport = %s\n" "${host[$1]}" "${port[client,$1]}"
    printf "unix_socket_directories = ''\nlogging_collector = off\nshared_buffers = 32MB\njit = off\n"
    [ -z "$config" ] || cat "$config"
  } >>"$folder/data/postgresql.conf"
  printf 'host all all samenet scram-sha-256\nhost replication all samenet scram-sha-256\n' >>"$folder/data/pg_hba.conf"
  run_with postgres -D "$folder/data"
}

address() {
  printf 'postgresql://postgres:%s@%s:%s/postgres\n' "$(cat "$folder/password")" "${host[$1]}" "${port[client,$1]}"
}

ready() { pg_isready -q -h "${host[$1]}" -p "${port[client,$1]}"; }
