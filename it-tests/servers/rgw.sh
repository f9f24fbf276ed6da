#!/bin/bash
# A real S3 server on 127.0.0.1: Ceph RGW 20 from Debian packages, one monitor, one OSD, one gateway.
#
#   rgw.sh install         the packages only (about a minute, 730 MB), so that it can run in the background
#   rgw.sh start           installs what is missing, starts a fresh empty cluster, prints how to reach it;
#                          where it already runs and answers: only prints
#   rgw.sh status          prints how to reach it, or exits 1 where it does not run
#   rgw.sh stop            ends it and deletes its data; the installed packages stay
#
# Needs root, and a Debian mirror that carries the suite "forky": the mirror this machine's apt already uses,
# or FIRKIN_DEBIAN_MIRROR. The packages live in a chroot of their own and change nothing on the host.
#
#   FIRKIN_RGW_ROOT        where the chroot lies (/var/tmp/firkin-rgw)
#   FIRKIN_RGW_PORT        the http port (8490); clusters on different ports live side by side in one chroot
#   FIRKIN_RGW_TLS_PORT    a second port for https, self-signed (none)
#   FIRKIN_RGW_MON_PORT    the monitor's port (http port + 1)
#   FIRKIN_RGW_STORE       bluestore (a sparse file) or memstore (memory; faster, gone with the process)
#   FIRKIN_RGW_BYTES       the device's size (16 GiB; 4 GiB for memstore)
#   FIRKIN_RGW_ACCESS_KEY, FIRKIN_RGW_SECRET_KEY
#   FIRKIN_RGW_OWNER_PID   stop by itself once this process is gone, however it ended
set -euo pipefail

root=${FIRKIN_RGW_ROOT:-/var/tmp/firkin-rgw}
port=${FIRKIN_RGW_PORT:-8490}
tls_port=${FIRKIN_RGW_TLS_PORT:-}
mon_port=${FIRKIN_RGW_MON_PORT:-$((port + 1))}
store=${FIRKIN_RGW_STORE:-bluestore}
access_key=${FIRKIN_RGW_ACCESS_KEY:-testaccess}
secret_key=${FIRKIN_RGW_SECRET_KEY:-testsecretkey0123456789}
owner_pid=${FIRKIN_RGW_OWNER_PID:-}
if [ "$store" = memstore ]; then
  device_bytes=${FIRKIN_RGW_BYTES:-$((4 << 30))}
else
  device_bytes=${FIRKIN_RGW_BYTES:-$((16 << 30))}
fi

# Ceph 20 "tentacle". Ceph 18 (trixie) keeps no checksums and ignores If-Match on PUT; 16 refuses most PUTs.
suite=forky
inside=/srv/rgw-$port      # the cluster's folder as the daemons see it
outside=$root$inside       # and as the host sees it
daemons=(client.rgw osd.0 mon.a)   # in the order they are ended

say() { echo "rgw.sh: $*" >&2; }
die() {
  say "$*"
  exit 1
}

in_chroot() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@" 8>&- # no daemon may keep the lock
}

# ---- packages ------------------------------------------------------------------------------------------

debian_mirror() {
  if [ -n "${FIRKIN_DEBIAN_MIRROR:-}" ]; then
    echo "$FIRKIN_DEBIAN_MIRROR"
    return
  fi
  # Both apt formats: "URIs: …/debian" and "deb [options] …/debian suite". Security and third-party
  # archives do not end so. Empty where there is none: debootstrap then takes its own default.
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    awk '/^URIs:/ || /^deb / { for (i = 2; i <= NF; i++)
           if ($i ~ /^https?:.*\/debian\/?$/) { print $i; exit } }' || true
}

# apt inside the chroot goes out the way apt outside does: same proxy, same certificate authorities.
copy_network_settings() {
  apt-config dump 2>/dev/null | grep -iE '^Acquire::(https?::)' >"$root/etc/apt/apt.conf.d/90host" || true
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  fi
  if [ -e /etc/resolv.conf ]; then
    cat /etc/resolv.conf >"$root/etc/resolv.conf"
  fi
}

install_packages() (
  mkdir -p "$(dirname "$root")"
  exec 9>"$root.lock" # two test runs on one machine: one installs, the other waits
  flock 9
  [ ! -e "$root/.ready" ] || exit 0
  local log=$root.log scripts=/usr/share/debootstrap/scripts script mirror
  if ! command -v debootstrap >/dev/null || [ ! -e /usr/share/keyrings/debian-archive-keyring.gpg ]; then
    say "installing debootstrap"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends \
      debootstrap debian-archive-keyring; } >"$log" 2>&1 </dev/null || { tail -20 "$log" >&2; exit 1; }
  fi
  script=$scripts/$suite
  [ -e "$script" ] || script=$scripts/sid # an older debootstrap does not know the name yet
  mirror=$(debian_mirror)
  # Half an installation of an interrupted run, which may hold the one mount that is made below.
  if grep -q " $root/proc " /proc/self/mounts; then umount "$root/proc"; fi
  rm -rf "$root"
  say "debootstrap $suite into $root"
  debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    "$suite" "$root" ${mirror:+"$mirror" "$script"} >"$log" 2>&1 </dev/null ||
    { tail -20 "$log" >&2; die "debootstrap failed; the whole log: $log"; }
  # No package may start a daemon from its install script.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  copy_network_settings
  say "installing Ceph"
  # /proc is wanted only while packages configure; unmounted at once, so that `rm -rf` stays safe.
  mount -t proc proc "$root/proc"
  trap 'umount "$root/proc"' EXIT
  in_chroot apt-get install -y -qq --no-install-recommends \
    radosgw ceph-mon ceph-osd ceph-common >>"$log" 2>&1 </dev/null ||
    { tail -20 "$log" >&2; die "installing Ceph failed; the whole log: $log"; }
  umount "$root/proc"
  trap - EXIT
  rm -f "$root"/var/cache/apt/archives/*.deb
  touch "$root/.ready"
)

# ---- the processes -------------------------------------------------------------------------------------

# The daemon's pid, where it lives and is still that daemon: a pid file can outlive a reboot, and a zombie
# that nobody reaps (a container's init, for one) is dead.
live_pid() {
  local file=$outside/run/$1.pid pid
  [ -s "$file" ] || return 1
  pid=$(cat "$file")
  grep -qzxF -e "$inside/ceph.conf" "/proc/$pid/cmdline" 2>/dev/null || return 1
  echo "$pid"
}

any_alive() {
  local name
  for name in "${daemons[@]}"; do
    live_pid "$name" >/dev/null && return 0
  done
  return 1
}

# By force: the data is thrown away, and an orderly shutdown takes five seconds and more.
stop() {
  local name pid i
  for name in "${daemons[@]}"; do
    if pid=$(live_pid "$name"); then kill -9 "$pid" 2>/dev/null || true; fi
  done
  for ((i = 0; i < 100; i++)); do
    any_alive || break
    sleep 0.1
  done
  rm -rf "$outside"
}

opens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# It runs, and it speaks: an anonymous GET / is answered with a status line, whatever the status.
answers() {
  local line
  live_pid client.rgw >/dev/null && opens "$port" || return 1
  line=$(
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET / HTTP/1.0\r\n\r\n' >&3
    timeout 5 head -n 1 <&3
  ) 2>/dev/null || return 1
  [[ $line == HTTP/1.* ]]
}

print_access() {
  cat "$outside/access"
}

# ---- a fresh cluster -----------------------------------------------------------------------------------

write_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
    -keyout "$outside/key.pem" -out "$outside/cert.pem" \
    -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,DNS:localhost 2>/dev/null
}

write_config() { # cluster id
  local frontends="beast endpoint=127.0.0.1:$port tcp_nodelay=1"
  if [ -n "$tls_port" ]; then
    write_certificate
    frontends+=" ssl_endpoint=127.0.0.1:$tls_port"
    frontends+=" ssl_certificate=$inside/cert.pem ssl_private_key=$inside/key.pem"
  fi
  # No authentication inside the cluster: it listens on loopback and holds test data. One copy of everything,
  # so every warning about redundancy is off. "crc" without data checksums: the cheapest mode on one machine.
  cat >"$outside/ceph.conf" <<CONF
[global]
fsid = $1
mon host = [v2:127.0.0.1:$mon_port]
ms bind msgr1 = false
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms crc data = false
keyring = /dev/null
log file = $inside/log/\$name.log
log to stderr = false
mon cluster log file = $inside/log/cluster.log
admin socket = $inside/run/\$name.asok
pid file = $inside/run/\$name.pid
run dir = $inside/run
crash dir = $inside/log
debug rgw = 0/0
debug osd = 0/0
debug ms = 0/0
debug bluestore = 0/0
debug rocksdb = 0/0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
mon data avail crit = 1
paxos propose interval = 0.05
paxos min wait = 0.01
osd objectstore = $store
[mon.a]
mon data = $inside/mon
[osd.0]
osd data = $inside/osd
osd memory target = 939524096
osd op num shards = 2
osd max object name len = 1024
bluestore block size = $device_bytes
bluestore block create = true
memstore device bytes = $device_bytes
[client.rgw]
rgw frontends = $frontends
rgw thread pool size = 64
rgw enable usage log = false
rgw enable ops log = false
rgw gc processor period = 60
rgw gc obj min wait = 1
CONF
}

start_daemons() {
  local conf=(-c "$inside/ceph.conf") errors=$outside/log/start.err
  local cluster_id osd_id i class
  cluster_id=$(cat /proc/sys/kernel/random/uuid)
  osd_id=$(cat /proc/sys/kernel/random/uuid)
  write_config "$cluster_id"
  in_chroot monmaptool --create --clobber --fsid "$cluster_id" \
    --addv a "[v2:127.0.0.1:$mon_port]" "$inside/monmap" >/dev/null 2>>"$errors"
  in_chroot ceph-mon "${conf[@]}" --mkfs -i a --monmap "$inside/monmap" >/dev/null 2>>"$errors"
  in_chroot ceph-mon "${conf[@]}" -i a >/dev/null 2>>"$errors"
  in_chroot timeout 60 ceph "${conf[@]}" osd new "$osd_id" >/dev/null 2>>"$errors"
  in_chroot ceph-osd "${conf[@]}" -i 0 --mkfs --osd-uuid "$osd_id" >/dev/null 2>>"$errors"
  in_chroot ceph-osd "${conf[@]}" -i 0 >/dev/null 2>>"$errors"
  for ((i = 0; i < 150; i++)); do
    in_chroot ceph "${conf[@]}" osd stat 2>/dev/null | grep -q '1 up' && break
    sleep 0.2
  done

  # The first call also makes the default zone.
  in_chroot radosgw-admin "${conf[@]}" user create --uid=test --display-name=test \
    --access-key="$access_key" --secret-key="$secret_key" >/dev/null 2>>"$errors"
  # A storage class the zone does not know is answered with 400 InvalidArgument.
  for class in STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING GLACIER_IR GLACIER DEEP_ARCHIVE; do
    in_chroot radosgw-admin "${conf[@]}" zonegroup placement add --rgw-zonegroup default \
      --placement-id default-placement --storage-class "$class" >/dev/null 2>>"$errors"
    in_chroot radosgw-admin "${conf[@]}" zone placement add --rgw-zone default \
      --placement-id default-placement --storage-class "$class" \
      --data-pool default.rgw.buckets.data >/dev/null 2>>"$errors"
  done
  in_chroot radosgw "${conf[@]}" -n client.rgw >/dev/null 2>>"$errors"
}

start() {
  local i
  [ "$(id -u)" = 0 ] || die "needs root (chroot)"
  install_packages
  exec 8>"$root/srv/.lock-$port" # two starts at once: the second finds the first one's cluster
  flock 8
  if answers; then
    print_access
    return
  fi
  stop # what is left of a cluster that does not answer
  if opens "$port"; then die "port $port is taken by another program; set FIRKIN_RGW_PORT"; fi
  mkdir -p "$outside"/{mon,osd,log,run}
  trap 'tail -n 20 "$outside/log/start.err" >&2; say "the cluster did not start; its logs: $outside/log"' EXIT
  start_daemons # not in an `if`: there `set -e` would not stop at the first step that fails
  trap - EXIT
  for ((i = 0; i < 300; i++)); do
    answers && break
    sleep 0.1
  done
  answers || die "radosgw does not answer on 127.0.0.1:$port; its logs: $outside/log"
  {
    echo "endpoint=http://127.0.0.1:$port"
    if [ -n "$tls_port" ]; then
      echo "tls_endpoint=https://127.0.0.1:$tls_port"
      echo "tls_certificate=$outside/cert.pem"
    fi
    echo "access_key=$access_key"
    echo "secret_key=$secret_key"
  } >"$outside/access"
  if [ -n "$owner_pid" ]; then stop_with_owner; fi
  print_access
}

# A killed test JVM runs no shutdown hook; this watcher outlives it and cleans up.
stop_with_owner() {
  FIRKIN_RGW_ROOT=$root FIRKIN_RGW_PORT=$port setsid bash -c \
    'tail --pid="$1" -f /dev/null; exec "$2" stop' watcher "$owner_pid" "$(realpath "$0")" \
    </dev/null >/dev/null 2>&1 8>&- &
}

case ${1:-start} in
  install) install_packages ;;
  start) start ;;
  status) if answers; then print_access; else exit 1; fi ;;
  stop) stop ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
