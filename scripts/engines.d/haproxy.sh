# HAProxy is the load balancer. --config: the whole haproxy.cfg; it finds the port to answer on as ${HEADROOM_PORT}, in
# double quotes, such as `bind "127.0.0.1:${HEADROOM_PORT}"`. Without one it shows its own statistics.
package=haproxy
version=2.6.12-1+deb12u4
commands=(usr/sbin/haproxy)
libraries=(liblua5.3-0 libopentracing-c-wrapper0 libpcre2-8-0 libssl3 libsystemd0 libcrypt1)
ports=(client)

configure() {
  if [ -n "$config" ]; then
    cp "$config" "$folder/haproxy.cfg"
  else
    cat >"$folder/haproxy.cfg" <<'CFG'
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
frontend statistics
  bind "${HEADROOM_HOST}:${HEADROOM_PORT}"
  http-request use-service prometheus-exporter if { path /metrics }
  stats enable
  stats uri /
CFG
  fi
  export HEADROOM_HOST="${host[$1]}" HEADROOM_PORT="${port[client,$1]}"
  haproxy -c -f "$folder/haproxy.cfg" >"$folder/check.log" 2>&1 ||
    fail "haproxy refuses the configuration: $(grep -e ALERT "$folder/check.log" || cat "$folder/check.log")"
  run_with env "HEADROOM_HOST=$HEADROOM_HOST" "HEADROOM_PORT=$HEADROOM_PORT" haproxy -db -f "$folder/haproxy.cfg"
}

address() { printf 'http://%s:%s\n' "${host[$1]}" "${port[client,$1]}"; }

ready() { listens "${host[$1]}" "${port[client,$1]}"; }
