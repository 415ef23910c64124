# Redis holds the data plane of identity. Node 1 is the primary, the others replicate it and only read.
# --config: lines for the end of redis.conf.
package='redis-server redis-tools'
version=5:7.0.15-1~deb12u10
commands=(usr/bin/redis-server usr/bin/redis-cli)
libraries=(libjemalloc2 liblzf1 libatomic1 libssl3 libsystemd0)
ports=(client)
most_nodes=5

configure() {
  {
    printf 'bind %s\nport %s\ndir %s\n' "${host[$1]}" "${port[client,$1]}" "$folder"
    # Written at once and synced each second: what a crash leaves is there after the next start.
    printf 'protected-mode no\ndaemonize no\nsave ""\nappendonly yes\nappendfsync everysec\nrepl-diskless-sync-delay 0\n'
    [ "$1" = 1 ] || printf 'replicaof %s %s\n' "${host[1]}" "${port[client,1]}"
    [ -z "$config" ] || cat "$config"
  } >"$folder/redis.conf"
  run_with redis-server "$folder/redis.conf"
}

address() { printf 'redis://%s:%s\n' "${host[$1]}" "${port[client,$1]}"; }

ready() { [ "$(redis-cli -h "${host[$1]}" -p "${port[client,$1]}" ping 2>/dev/null)" = PONG ]; }

cluster_ready() {
  local each
  for ((each = 2; each <= nodes; each++)); do
    redis-cli -h "${host[$each]}" -p "${port[client,$each]}" info replication | grep master_link_status:up >/dev/null ||
      return 1
  done
}
