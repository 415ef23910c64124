# Alertmanager routes the alerts; amtool checks its file and shows where an alert would go.
# The program of the Debian package is called prometheus-alertmanager.
# --config: the whole alertmanager.yml; without one it takes alerts and tells nobody.
package=prometheus-alertmanager
version=0.25.0-1+b4
commands=(usr/bin/prometheus-alertmanager usr/bin/amtool)
ports=(client)

# The package looks for its templates in one place only.
after_unpack() {
  local templates=/usr/share/prometheus/alertmanager
  if [ -e "$templates" ] && [ ! -L "$templates" ]; then return; fi
  mkdir -p "$(dirname "$templates")"
  ln -sfn "$2$templates" "$templates"
}

configure() {
  if [ -n "$config" ]; then
    cp "$config" "$folder/alertmanager.yml"
  else
    printf 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n' >"$folder/alertmanager.yml"
  fi
  run_with prometheus-alertmanager "--config.file=$folder/alertmanager.yml" "--storage.path=$folder/data" \
    "--web.listen-address=${host[$1]}:${port[client,$1]}" --cluster.listen-address=
}

address() { printf 'http://%s:%s\n' "${host[$1]}" "${port[client,$1]}"; }

ready() { answers_ok "${host[$1]}" "${port[client,$1]}" /-/ready; }
