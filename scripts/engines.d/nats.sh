# NATS JetStream is the queue. 2.15.1 lost and doubled nothing in 24 kills of the leader; Debian 12's 2.9.10 knows no
# sync_interval and kept acknowledged messages. Built here, since Debian's newer package is not for this release.
# --config: lines for the end of nats.conf.
way=go
package=github.com/nats-io/nats-server/v2
version=2.15.1
sum='h1:fK3AeYFIji1Smng60jB0hVoAPZezA/UzsaI3BqXFNEI='
commands=(bin/nats-server)
needs=(go=golang-go/bookworm-backports)
ports=(client monitor cluster)
most_nodes=5

configure() {
  local other
  {
    printf 'server_name: n%s\nlisten: "%s:%s"\n' "$1" "${host[$1]}" "${port[client,$1]}"
    printf 'http: "%s:%s"\npid_file: "%s/nats.pid"\n' "${host[$1]}" "${port[monitor,$1]}" "$folder"
    # The default syncs every two minutes: power that fails takes acknowledged messages with it.
    printf 'jetstream { store_dir: "%s/store", sync_interval: always }\n' "$folder"
    if [ "$nodes" -gt 1 ]; then
      printf 'cluster {\n  name: headroom\n  listen: "%s:%s"\n  no_advertise: true\n  routes: [\n' \
        "${host[$1]}" "${port[cluster,$1]}"
      for ((other = 1; other <= nodes; other++)); do
        printf '    "nats://%s:%s"\n' "${host[$other]}" "${port[cluster,$other]}"
      done
      printf '  ]\n}\n'
    fi
    [ -z "$config" ] || cat "$config"
  } >"$folder/nats.conf"
  run_with nats-server --config "$folder/nats.conf"
}

address() { printf 'nats://%s:%s\n' "${host[$1]}" "${port[client,$1]}"; }

ready() { answers_ok "${host[$1]}" "${port[monitor,$1]}" /healthz; }

# A cluster takes requests for streams once it has a leader and every node is known to it.
cluster_ready() {
  [ "$nodes" -gt 1 ] || return 0
  local each state
  for ((each = 1; each <= nodes; each++)); do
    state="$(http_get "${host[$each]}" "${port[monitor,$each]}" /jsz)"
    if [[ "$state" == *'"leader": "n'* ]]; then return 0; fi
  done
  return 1
}
