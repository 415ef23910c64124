# versitygw speaks S3 in front of a folder, with versions and object lock: the cold storage. The folder needs a file
# system with extended attributes. Life-cycle rules it does not have.
way=go
package=github.com/versity/versitygw/cmd/versitygw
version=1.7.0
sum='h1:Tyn9TOpUn6nTyYfb+e2uaz1prf5Uv44FLpy4RU/foJE='
commands=(bin/versitygw)
needs=(go=golang-go/bookworm-backports)
ports=(client)

configure() {
  [ -z "$config" ] || fail 'versitygw takes no --config'
  local secret
  secret="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  mkdir -p "$folder"/{buckets,versions,users}
  (umask 077 && printf '%s\n' "$secret" >"$folder/secret")
  run_with env ROOT_ACCESS_KEY=headroom "ROOT_SECRET_KEY=$secret" versitygw --port "${host[$1]}:${port[client,$1]}" \
    --iam-dir "$folder/users" --quiet posix --versioning-dir "$folder/versions" "$folder/buckets"
  chmod 700 "$folder/run"
}

address() { printf 'http://headroom:%s@%s:%s\n' "$(cat "$folder/secret")" "${host[$1]}" "${port[client,$1]}"; }

# Any answer will do: without a signature it is a refusal.
ready() { [[ "$(http_get "${host[$1]}" "${port[client,$1]}" /)" == HTTP/* ]]; }
