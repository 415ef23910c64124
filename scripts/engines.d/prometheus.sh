# Prometheus reads the rules; promtool checks them and runs their tests.
# --config: the whole prometheus.yml; without one it only watches itself.
package=prometheus
version=2.42.0+ds-5+deb12u1
commands=(usr/bin/prometheus usr/bin/promtool)
ports=(client)

configure() {
  if [ -n "$config" ]; then
    cp "$config" "$folder/prometheus.yml"
  else
    printf 'scrape_configs:\n  - job_name: prometheus\n    static_configs: [{ targets: ["%s:%s"] }]\n' \
      "${host[$1]}" "${port[client,$1]}" >"$folder/prometheus.yml"
  fi
  run_with prometheus "--config.file=$folder/prometheus.yml" "--storage.tsdb.path=$folder/data" \
    "--web.listen-address=${host[$1]}:${port[client,$1]}" --web.enable-lifecycle
}

address() { printf 'http://%s:%s\n' "${host[$1]}" "${port[client,$1]}"; }

ready() { answers_ok "${host[$1]}" "${port[client,$1]}" /-/ready; }
