# What the scripts of servers that are one program share; sourced by them, with these set:
#
#   script      the script's own path
#   name        minio
#   port        where it listens, on 127.0.0.1
#   owner_pid   empty, or the process with which it ends
#   mark        a word of its command line that nothing else's has
#   state       a folder for its data, its log and how to reach it
#
# and with `prepare`, `run` (execs the program) and `ready` (exits 0 where it answers).

say() { echo "$name.sh: $*" >&2; }
die() {
  say "$*"
  exit 1
}

live_pid() {
  local pid
  [ -s "$state/pid" ] || return 1
  pid=$(cat "$state/pid")
  grep -qzxF -e "$mark" "/proc/$pid/cmdline" 2>/dev/null || return 1
  echo "$pid"
}

opens() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

# The file with how to reach it is written last: a start that failed half-way is none.
status() {
  live_pid >/dev/null && opens && [ -s "$state/access" ] && cat "$state/access"
}

stop() {
  local pid i
  if pid=$(live_pid); then
    kill -9 "$pid" 2>/dev/null || true # its data is thrown away
    for ((i = 0; i < 100; i++)); do
      live_pid >/dev/null || break
      sleep 0.1
    done
  fi
  rm -rf "$state"
}

start() { # access key, secret key
  local i up=
  if status; then return; fi
  stop
  if opens; then die "port $port is taken by another program; set FIRKIN_${name^^}_PORT"; fi
  prepare
  mkdir -m 700 "$state" # fails where another user holds the name
  (run) </dev/null >"$state/log" 2>&1 &
  echo $! >"$state/pid"
  if [ -n "$owner_pid" ]; then stop_with_owner; fi
  for ((i = 0; i < 300; i++)); do
    if live_pid >/dev/null && opens && ready; then
      up=yes
      break
    fi
    sleep 0.1
  done
  if [ -z "$up" ]; then
    tail -n 20 "$state/log" >&2
    stop
    die "it does not answer on 127.0.0.1:$port"
  fi
  printf '%s\n' "endpoint=http://127.0.0.1:$port" "access_key=$1" "secret_key=$2" >"$state/access"
  cat "$state/access"
}

# A killed test JVM runs no shutdown hook; this watcher outlives it and cleans up.
stop_with_owner() {
  env "FIRKIN_${name^^}_PORT=$port" setsid bash -c \
    'tail --pid="$1" -f /dev/null; exec "$2" stop' watcher "$owner_pid" "$script" \
    </dev/null >/dev/null 2>&1 &
}
