#!/bin/bash
# A Docker daemon with a MinIO image, so that Testcontainers runs where nothing can be pulled.
#
#   docker.sh start        where Docker answers already: nothing; else installs Debian's docker.io, starts dockerd
#                          by hand and builds the image; prints the environment to export, one NAME=value a line
#   docker.sh install      the packages only, so that the rest can run beside another apt-get
#   docker.sh stop         ends what `start` started, with all it left behind; the package stays
#
# Needs root, apt and what `minio.sh program` needs. The daemon keeps off the host: a socket and folders of its
# own, and no firewall rule: a container's port is mapped to 127.0.0.1 by Docker's own proxy. Its bridge is its own
# too: on a shared one a container that outlived a killed daemon would have the address of the next one's.
# `start` also clears away what such a daemon left.
#
#   FIRKIN_DOCKER_ROOT     images and containers while it runs (/var/tmp/firkin-docker)
#   FIRKIN_DOCKER_RUN      its socket and pid files (/run/firkin-docker)
set -euo pipefail

here=$(dirname "$(realpath "$0")")
image=minio/minio:$(cat "$here/minio.release") # what MinioServer.java asks for
root=${FIRKIN_DOCKER_ROOT:-/var/tmp/firkin-docker}
run=${FIRKIN_DOCKER_RUN:-/run/firkin-docker} # short: a socket's path may have 107 bytes
socket=unix://$run/docker.sock
bridge_file=$run/bridge

say() { echo "docker.sh: $*" >&2; }
die() {
  say "$*"
  exit 1
}

# The client that fits the daemon: a newer one on PATH may refuse an old daemon.
client() {
  local docker=/usr/bin/docker
  [ -x "$docker" ] || docker=docker
  "$docker" -H "$socket" "$@"
}

install_packages() {
  command -v dockerd >/dev/null && [ -n "$(command -v docker)" ] && return
  say "installing docker.io"
  local log=$root/install.log packages=(docker.io iptables iproute2)
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >"$log" 2>&1 </dev/null || { tail -20 "$log" >&2; die "apt-get update failed"; }
  # Newer Debians have the client in a package of its own.
  if apt-cache show docker-cli >/dev/null 2>&1; then packages+=(docker-cli); fi
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >>"$log" 2>&1 </dev/null ||
    { tail -20 "$log" >&2; die "installing docker.io failed"; }
}

live_pid() { # file
  local pid
  [ -s "$run/$1" ] || return 1
  pid=$(cat "$run/$1")
  # Its command line names our folder: a pid file can outlive its process, and the number be another's.
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -e "$run" || return 1
  echo "$pid"
}

# Sets `bridge` to a new one, with a network that no other has.
make_bridge() {
  local n
  for ((n = 1; n < 255; n++)); do
    bridge=firkin$n
    if ip link add name "$bridge" type bridge 2>/dev/null; then
      echo "$bridge" >"$bridge_file"
      ip address add "10.213.$n.1/24" dev "$bridge"
      ip link set "$bridge" up
      return
    fi
  done
  die "no network bridge can be made"
}

start_daemon() {
  local i bridge
  echo "$root" >"$run/root"
  make_bridge
  setsid dockerd --host "$socket" --data-root "$root/data" --exec-root "$run/exec" \
    --pidfile "$run/dockerd.pid" --ip 127.0.0.1 --bridge "$bridge" \
    --iptables=false --ip6tables=false --ip-masq=false --ip-forward=false \
    </dev/null >"$root/dockerd.log" 2>&1 &
  for ((i = 0; i < 300; i++)); do
    client version >/dev/null 2>&1 && return
    sleep 0.1
  done
  tail -n 20 "$root/dockerd.log" >&2
  die "dockerd does not answer; its log: $root/dockerd.log"
}

build_image() {
  local context minio
  client image inspect "$image" >/dev/null 2>&1 && return
  minio=$("$here/minio.sh" program)
  context=$root/image
  rm -rf "$context"
  mkdir -p "$context"
  cp "$minio" "$context/minio"
  printf 'FROM scratch\nCOPY minio /minio\nENTRYPOINT ["/minio"]\n' >"$context/Dockerfile"
  client build -q -t "$image" "$context" >/dev/null
  rm -rf "$context"
}

print_environment() {
  echo "DOCKER_HOST=$socket"
  # Ryuk, which cleans up after a killed JVM, is an image that cannot be pulled; `stop` removes everything.
  echo "TESTCONTAINERS_RYUK_DISABLED=true"
  # On a machine that is itself a container, Testcontainers would ask an alpine image where the host is, and
  # spend two minutes on pulling it. This daemon maps its ports to the loopback beside us.
  echo "TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1"
}

install() {
  if docker info >/dev/null 2>&1; then return; fi
  [ "$(id -u)" = 0 ] || die "needs root"
  mkdir -p "$root" "$run"
  install_packages
}

# What a daemon that was killed has left, this one's before included.
clear_dead() {
  local dead
  for dead in /run/firkin-*/; do
    dead=${dead%/}
    [ -s "$dead/root" ] || continue
    if [ -e "$(cat "$dead/root")/.lock" ] && ! flock -n "$(cat "$dead/root")/.lock" true; then
      continue # it is being started
    fi
    if run=$dead live_pid dockerd.pid >/dev/null; then continue; fi
    say "clearing away what a killed daemon left in $dead"
    run=$dead root=$(cat "$dead/root") bridge_file=$dead/bridge socket=unix://$dead/docker.sock stop
  done
}

start() {
  if docker info >/dev/null 2>&1; then return; fi
  clear_dead
  install
  exec 8>"$root/.lock"
  flock 8
  if docker info >/dev/null 2>&1; then return; fi # the package's own service started with it
  if ! live_pid dockerd.pid >/dev/null; then start_daemon 8>&-; fi
  build_image 8>&-
  print_environment
}

wait_gone() { # file, seconds
  local i
  for ((i = 0; i < $2 * 10; i++)); do
    live_pid "$1" >/dev/null || return 0
    sleep 0.1
  done
  return 1
}

# The keepers of containers outlive a daemon that was killed.
end_containers() {
  local shim
  for shim in $(pgrep -f -- "-address $run/exec/containerd/containerd.sock"); do
    pkill -KILL -P "$shim" || true
    kill "$shim" 2>/dev/null || true
  done
}

stop() {
  local pid containers
  if live_pid dockerd.pid >/dev/null; then
    containers=$(client ps -aq) || containers=
    # shellcheck disable=SC2086  # a list of ids
    [ -z "$containers" ] || client rm -f $containers >/dev/null
    pid=$(live_pid dockerd.pid) && kill "$pid" # takes its containerd with it
    wait_gone dockerd.pid 20 || kill -9 "$pid" || true
  fi
  if pid=$(live_pid exec/containerd/containerd.pid); then # its parent was killed
    kill "$pid"
    wait_gone exec/containerd/containerd.pid 10 || kill -9 "$pid" || true
  fi
  end_containers
  awk -v a="$root/" -v b="$run/" 'index($2, a) == 1 || index($2, b) == 1 { print $2 }' /proc/self/mounts |
    sort -r | while read -r mounted; do umount -l "$mounted"; done
  if [ -s "$bridge_file" ] && [ -e "/sys/class/net/$(cat "$bridge_file")" ]; then
    ip link delete "$(cat "$bridge_file")"
  fi
  rm -rf "$root" "$run"
}

case ${1:-start} in
  install) install ;;
  start) start ;;
  stop) stop ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
