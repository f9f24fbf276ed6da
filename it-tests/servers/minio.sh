#!/bin/bash
# MinIO on 127.0.0.1, natively. Its makers publish it as source alone now, so the program is the one on PATH or
# one that Go builds from its module (up to 5 minutes on two cores and 2 GB of Go's caches; kept for the next time).
#
#   minio.sh program       prints the path of a minio program, building it where there is none
#   minio.sh start         starts it on an empty temporary folder and prints how to reach it;
#                          where it already runs: only prints
#   minio.sh status        prints how to reach it, or exits 1
#   minio.sh stop          ends it and deletes its data; the program stays
#
#   FIRKIN_MINIO_CACHE     where a built program is kept ($XDG_CACHE_HOME/firkin or ~/.cache/firkin)
#   FIRKIN_MINIO_PORT      8494
#   FIRKIN_MINIO_ACCESS_KEY, FIRKIN_MINIO_SECRET_KEY
#   FIRKIN_MINIO_OWNER_PID stop by itself once this process is gone, however it ended
set -euo pipefail

script=$(realpath "$0")
here=${script%/*}
# The release stands in one file, for the name of the program here and for the image's tag in docker.sh and the
# tests. It is the newest with an image that Docker users can pull (later ones are source only).
release=$(cat "$here/minio.release")
# The same as Go names its commit: by that every module proxy has it, by the release's own name not each.
version=$(cat "$here/minio.version")
cache=${FIRKIN_MINIO_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/firkin}
name=minio
port=${FIRKIN_MINIO_PORT:-8494}
access_key=${FIRKIN_MINIO_ACCESS_KEY:-testaccess}
secret_key=${FIRKIN_MINIO_SECRET_KEY:-testsecretkey0123456789}
owner_pid=${FIRKIN_MINIO_OWNER_PID:-}
state=${TMPDIR:-/tmp}/firkin-minio-$(id -u)-$port
mark=$state/data

# shellcheck source=program.bash
. "$here/program.bash"

program() (
  if [ -z "${FIRKIN_MINIO_BUILD:-}" ] && command -v minio; then exit; fi
  local built=$cache/minio-$release
  if [ ! -x "$built" ]; then
    command -v go >/dev/null || die "no minio on PATH and no go to build it"
    mkdir -p "$cache"
    exec 9>"$cache/.minio.lock"
    flock 9
    if [ ! -x "$built" ]; then
      say "building MinIO $release"
      # Static, so that it runs alone in an image FROM scratch; without debug tables: 150 MB become 105.
      rm -rf "$cache/minio-build"
      GOBIN=$cache/minio-build CGO_ENABLED=0 go install -ldflags='-s -w' \
        "github.com/minio/minio@$version" </dev/null >&2
      mv "$cache/minio-build/minio" "$built"
      rm -rf "$cache/minio-build"
    fi
  fi
  echo "$built"
)

prepare() {
  minio=$(program)
}

run() {
  mkdir "$mark" "$state/certs"
  MINIO_ROOT_USER=$access_key MINIO_ROOT_PASSWORD=$secret_key MINIO_BROWSER=off MINIO_UPDATE=off \
    HOME=$state exec setsid "$minio" server --quiet --certs-dir "$state/certs" \
    --address "127.0.0.1:$port" "$mark"
}

# Ready means: the object layer is up, which MinIO says itself, some time after the port opened.
ready() {
  local line
  line=$(
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET /minio/health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
    timeout 5 head -n 1 <&3
  ) 2>/dev/null || return 1
  [[ $line == HTTP/1.*\ 200\ * ]]
}

case ${1:-start} in
  program) program ;;
  start) start "$access_key" "$secret_key" ;;
  status) status ;;
  stop) stop ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
