# Processes that `start` started: each leads a session of its own, and its pid file says `PID START`, where START is the
# time of its start in kernel ticks. A pid that the kernel has given to another process since then has another START.

start_ticks() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The name of the program stands in brackets and may hold anything; the fields after it are plain.
  read -r -a line <<<"${line##*) }"
  [ "${line[0]}" != Z ] && printf '%s' "${line[19]}"
}

# True where the node in this folder runs.
running() {
  local pid ticks
  { read -r pid ticks <"$1/pid"; } 2>/dev/null || return 1
  [ "$(start_ticks "$pid")" = "$ticks" ]
}

# What is left of a node, its first process or orphans of it. A session's number is not given away while it has members.
members() {
  local pid ticks now stat line
  { read -r pid ticks <"$1/pid"; } 2>/dev/null || return 0
  now="$(start_ticks "$pid" || true)"
  [ -z "$now" ] || [ "$now" = "$ticks" ] || return 0
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    read -r -a line <<<"${line##*) }"
    [ "${line[3]}" != "$pid" ] || [ "${line[0]}" = Z ] || basename "${stat%/stat}"
  done
}

# Starts a node. A shell stays as its parent to clear it away when it dies: not every first process of a machine does so
# at once, and to PostgreSQL, for one, a dead process that is still listed is alive.
spawn() {
  local folder="$1" pid=''
  rm -f "$folder/pid" "$folder/pid.new"
  # shellcheck disable=SC2016
  setsid bash -c '(cd "$0" && exec setsid ./run </dev/null >>log 2>&1) & echo $! >"$0/pid.new"; wait' "$folder" \
    </dev/null >/dev/null 2>&1 &
  until [ -s "$folder/pid.new" ]; do sleep 0.01; done
  read -r pid <"$folder/pid.new"
  printf '%s %s\n' "$pid" "$(start_ticks "$pid" || echo gone)" >"$folder/pid"
  rm "$folder/pid.new"
}

# Asks a node to stop, and kills what is left of it after a while. Processes that SIGSTOP holds are woken to hear it.
stop_node() {
  local folder="$1" left deadline=$((SECONDS + stop_seconds))
  left="$(members "$folder")"
  # shellcheck disable=SC2086
  if [ -n "$left" ]; then
    kill -CONT $left 2>/dev/null || true
    if running "$folder"; then left="$(cut -d' ' -f1 "$folder/pid")"; fi
    kill "-$stop_signal" $left 2>/dev/null || true
    while [ -n "$(members "$folder")" ] && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
    left="$(members "$folder")"
    [ -z "$left" ] || kill -KILL $left 2>/dev/null || true
    while [ -n "$(members "$folder")" ]; do sleep 0.1; done
  fi
  rm -f "$folder/pid"
}

stop_engine() {
  load "$1"
  local folder only
  only="$(option node '*')"
  for folder in "$data/$1"/node$only; do
    [ -d "$folder" ] && stop_node "$folder" &
  done
  wait
}
