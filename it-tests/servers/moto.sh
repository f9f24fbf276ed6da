#!/bin/bash
# Moto on 127.0.0.1: the one S3 server to be had that freezes. What lies in the classes GLACIER and DEEP_ARCHIVE
# there cannot be read before it was asked for and some time has passed. All in memory. From PyPI, in a Python
# environment of its own (140 MB; kept for the next time).
#
#   moto.sh install        makes that environment, where it is not there (20 seconds)
#   moto.sh installed      exits 0 where that is done, else 1
#   moto.sh start          starts an empty server and prints how to reach it; where it already runs: only prints
#   moto.sh status         prints how to reach it, or exits 1
#   moto.sh stop           ends it and forgets its data; the environment stays
#
#   FIRKIN_MOTO_CACHE      where the environment lies ($XDG_CACHE_HOME/firkin or ~/.cache/firkin)
#   FIRKIN_MOTO_PORT       8496
#   FIRKIN_MOTO_LOOKS      what was asked for can be read after so many looks at it (3)
#   FIRKIN_MOTO_OWNER_PID  stop by itself once this process is gone, however it ended
set -euo pipefail

here=$(dirname "$(realpath "$0")")
requirements=$here/moto.requirements
cache=${FIRKIN_MOTO_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/firkin}
installed=$cache/moto-$(sha256sum "$requirements" | cut -c 1-16)
port=${FIRKIN_MOTO_PORT:-8496}
looks=${FIRKIN_MOTO_LOOKS:-3}
owner_pid=${FIRKIN_MOTO_OWNER_PID:-}
state=${TMPDIR:-/tmp}/firkin-moto-$(id -u)-$port

say() { echo "moto.sh: $*" >&2; }
die() {
  say "$*"
  exit 1
}

install() (
  mkdir -p "$cache"
  exec 9>"$cache/.moto.lock" # two test runs on one machine: one installs, the other waits
  flock 9
  [ ! -e "$installed/.ready" ] || exit 0
  command -v python3 >/dev/null || die "no python3 on PATH"
  say "installing Moto"
  rm -rf "$installed"
  python3 -m venv "$installed" >&2 || die "python3 cannot make an environment: install python3-venv"
  "$installed/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    --requirement "$requirements" >&2 || die "pip cannot install Moto"
  touch "$installed/.ready"
)

live_pid() {
  local pid
  [ -s "$state/pid" ] || return 1
  pid=$(cat "$state/pid")
  grep -qzxF -e "$installed/bin/moto_server" "/proc/$pid/cmdline" 2>/dev/null || return 1
  echo "$pid"
}

opens() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

answers() {
  live_pid >/dev/null && opens
}

stop() {
  local pid i
  if pid=$(live_pid); then
    kill -9 "$pid" 2>/dev/null || true # its data is in memory
    for ((i = 0; i < 100; i++)); do
      live_pid >/dev/null || break
      sleep 0.1
    done
  fi
  rm -rf "$state"
}

# Thawing in Moto goes on by looking: at once, unless it is told how many looks it takes.
take_time() {
  curl --silent --show-error --fail --noproxy '*' --output /dev/null \
    --header 'Content-Type: application/json' --data "{\"model_name\": \"s3::keyrestore\",
      \"transition\": {\"progression\": \"manual\", \"times\": $looks}}" \
    "http://127.0.0.1:$port/moto-api/state-manager/set-transition"
}

start() {
  local i
  if answers; then
    cat "$state/access"
    return
  fi
  stop
  if opens; then die "port $port is taken by another program; set FIRKIN_MOTO_PORT"; fi
  install
  mkdir -m 700 "$state" # fails where another user holds the name
  HOME=$state setsid "$installed/bin/python3" "$installed/bin/moto_server" --host 127.0.0.1 --port "$port" \
    </dev/null >"$state/log" 2>&1 &
  echo $! >"$state/pid"
  for ((i = 0; i < 300; i++)); do
    answers && break
    sleep 0.1
  done
  answers || {
    tail -n 20 "$state/log" >&2
    die "moto does not answer on 127.0.0.1:$port; its log: $state/log"
  }
  take_time
  # It believes every key.
  printf '%s\n' "endpoint=http://127.0.0.1:$port" "access_key=testaccess" "secret_key=testsecretkey0123456789" \
    >"$state/access"
  if [ -n "$owner_pid" ]; then stop_with_owner; fi
  cat "$state/access"
}

# A killed test JVM runs no shutdown hook; this watcher outlives it and cleans up.
stop_with_owner() {
  FIRKIN_MOTO_PORT=$port setsid bash -c \
    'tail --pid="$1" -f /dev/null; exec "$2" stop' watcher "$owner_pid" "$here/moto.sh" \
    </dev/null >/dev/null 2>&1 &
}

case ${1:-start} in
  install) install ;;
  installed) [ -e "$installed/.ready" ] ;;
  start) start ;;
  status) if answers; then cat "$state/access"; else exit 1; fi ;;
  stop) stop ;;
  *) sed -n '2,16s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
