# Starts an engine: the first start chooses ports and writes the configuration of each node, later ones reuse them.
#
# An engine's file says: `ports` (names), `configure K` (writes files into $folder and calls run_with), `address K`
# (a URL), `ready K` (asks it), and where one node says little, `cluster_ready`. They read host[K] and port[NAME,K].

# The value of an option that was given, else the default.
option() {
  local each
  for each in ${given[@]+"${given[@]}"}; do
    [ "${each%%=*}" = "$1" ] && printf '%s' "${each#*=}" && return
  done
  printf '%s' "$2"
}

# The K-th of a list with commas.
item() {
  cut -d, -f"$2" <<<"$1,"
}

# What the node's process is: called by `configure` with a command and its arguments.
run_with() {
  local prefix=()
  [ -z "${namespace[$node]}" ] || prefix=(ip netns exec "${namespace[$node]}")
  # Not runuser, which stays as a parent: the node's first process has to be the engine itself.
  [ -z "$runs_as" ] || [ "$(id -u)" != 0 ] || prefix+=(setpriv "--reuid=$runs_as" "--regid=$runs_as" --init-groups)
  printf '#!/bin/sh\nexec' >"$folder/run"
  printf ' %q' ${prefix[@]+"${prefix[@]}"} "$@" >>"$folder/run"
  printf '\n' >>"$folder/run"
  chmod +x "$folder/run"
}

choose_settings() {
  nodes="$(option nodes 1)"
  [[ "$nodes" =~ ^[1-9][0-9]*$ ]] && [ "$nodes" -le "$most_nodes" ] || fail "$engine runs 1 to $most_nodes nodes"
  config="$(option config '')"
  [ -z "$config" ] || config="$(realpath -e "$config")" || fail 'the file of --config is not there'
  local next name
  next="$(option port '')" taken_ports=''
  for ((node = 1; node <= nodes; node++)); do
    host[node]="$(item "$(option hosts '')" "$node")"
    [ -n "${host[node]}" ] || host[node]="$(default_host "$node")"
    namespace[node]="$(item "$(option netns '')" "$node")"
    for name in "${ports[@]}"; do
      if [ "$node" -gt 1 ] && same_port "$name"; then
        port[$name,$node]="${port[$name,1]}"
        continue
      fi
      port[$name,$node]="${next:-$(free_port)}"
      taken_ports+=" ${port[$name,$node]}"
      [ -z "$next" ] || next=$((next + 1))
    done
  done
}

write_nodes() {
  mkdir -p "$home"
  for ((node = 1; node <= nodes; node++)); do
    folder="$home/node$node"
    mkdir -p "$folder"
    configure "$node"
    address "$node" >"$folder/address"
  done
  cat "$home"/node*/address | paste -sd, >"$home/address"
  declare -p nodes config host namespace port >"$home/settings"
}

say_why() {
  local folder="$1"
  printf 'engines: %s %s %s; the end of %s/log:\n' "$engine" "$(basename "$folder")" "$2" "$folder" >&2
  tail -n 20 "$folder/log" | cut -c1-300 | sed 's/^/  /' >&2
}

# Waits until a condition holds; where the node dies or time is up, stops what this start started, and fails.
wait_for() {
  local folder="$1" deadline=$((SECONDS + ready_seconds))
  shift
  until "$@"; do
    if ! running "$folder"; then
      say_why "$folder" 'has ended' && give_up
    elif [ "$SECONDS" -ge "$deadline" ]; then
      say_why "$folder" "does not answer after $ready_seconds s" && give_up
    fi
    sleep 0.1
  done
}

give_up() {
  for node in "${started[@]}"; do stop_node "$home/node$node"; done
  exit 1
}

start_engine() {
  engine="$1" home="$data/$1"
  load "$engine"
  declare -F configure >/dev/null || fail "$engine is no service: $(basename "${commands[0]}") runs, answers and ends"
  installed "$engine" || fail "$engine is not installed; run scripts/engines install $engine as root"
  local -A port=()
  local -a host=() namespace=()
  local nodes config
  if [ -f "$home/settings" ]; then
    # Assignments that bash wrote; they become local to this function, which all others are called from.
    # shellcheck source=/dev/null
    . "$home/settings"
  else
    choose_settings
    write_nodes
  fi
  local only started=()
  only="$(option node '')"
  for ((node = 1; node <= nodes; node++)); do
    folder="$home/node$node"
    { [ -n "$only" ] && [ "$only" != "$node" ]; } || running "$folder" && continue
    spawn "$folder"
    started+=("$node")
    # The first node of a new cluster is the one that the others ask.
    [ "$node" -gt 1 ] || [ -z "$first_alone" ] || wait_for "$folder" ready 1
  done
  for node in ${started[@]+"${started[@]}"}; do wait_for "$home/node$node" ready "$node"; done
  [ -n "$only" ] || [ ${#started[@]} -eq 0 ] || wait_for "$home/node${started[0]}" cluster_ready
  printf '%s %s\n' "$engine" "$(cat "$home/address")"
}
