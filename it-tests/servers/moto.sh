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
#   FIRKIN_MOTO_OWNER_PID  stop by itself once this process is gone, however it ended
set -euo pipefail

script=$(realpath "$0")
here=${script%/*}
requirements=$here/moto.requirements
cache=${FIRKIN_MOTO_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/firkin}
name=moto
port=${FIRKIN_MOTO_PORT:-8496}
owner_pid=${FIRKIN_MOTO_OWNER_PID:-}
state=${TMPDIR:-/tmp}/firkin-moto-$(id -u)-$port
# An environment belongs to the Python that made it.
installed=$cache/moto-$({ command -v python3 && python3 -VV; cat "$requirements"; } | sha256sum | cut -c 1-16)
mark=$installed/bin/moto_server

# shellcheck source=program.bash
. "$here/program.bash"

prepare() (
  mkdir -p "$cache"
  exec 9>"$cache/.moto.lock" # two test runs on one machine: one installs, the other waits
  flock 9
  [ ! -e "$installed/.ready" ] || exit 0
  command -v python3 >/dev/null || die "no python3 on PATH"
  say "installing Moto"
  rm -rf "$installed"
  python3 -m venv "$installed" >&2 || die "python3 cannot make an environment: install python3-venv"
  timeout 600 "$installed/bin/pip" install --quiet --no-input --disable-pip-version-check --only-binary :all: \
    --require-hashes --requirement "$requirements" >&2 || die "pip cannot install Moto"
  touch "$installed/.ready"
)

run() {
  HOME=$state exec setsid "$installed/bin/python3" "$mark" --host 127.0.0.1 --port "$port"
}

# Thawing in Moto goes on by looking: at once, unless it is told how many looks it takes. Every request for an object
# counts, those before it was asked for too. With three, what was read (refused), looked at and asked for once is
# under way, and can be read three looks later. With many more it would not be under way when it is asked for, and
# Moto calls that thawed.
ready() {
  python3 - "$port" <<'END' 2>>"$state/log"
import json, sys, urllib.request
transition = {"model_name": "s3::keyrestore", "transition": {"progression": "manual", "times": 3}}
request = urllib.request.Request(
    f"http://127.0.0.1:{sys.argv[1]}/moto-api/state-manager/set-transition",
    json.dumps(transition).encode(), {"Content-Type": "application/json"})
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10)
END
}

case ${1:-start} in
  install) prepare ;;
  installed) [ -e "$installed/.ready" ] ;;
  start) start testaccess testsecretkey0123456789 ;; # it believes every key
  status) status ;;
  stop) stop ;;
  *) sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
