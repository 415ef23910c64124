# Ports and questions to them, with nothing but bash: a bare machine has neither curl nor nc.

# True where something listens.
listens() {
  timeout 1 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null
}

# A port on which nobody listens on this machine, below the range from which the kernel serves outgoing connections.
free_port() {
  local candidate
  while :; do
    candidate=$((10000 + RANDOM % 22000))
    [[ " ${taken_ports:-} " == *" $candidate "* ]] && continue
    listens 127.0.0.1 "$candidate" || break
  done
  printf '%s' "$candidate"
}

# The answer to a GET, head and body.
http_get() {
  timeout 3 bash -c '
    exec 3<>"/dev/tcp/$0/$1"
    printf "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" "$2" "$0" >&3
    cat <&3' "$1" "$2" "$3" 2>/dev/null
}

# True where a GET is answered with 200.
answers_ok() {
  [[ "$(http_get "$1" "$2" "$3" | head -n 1)" == *' 200'* ]]
}
