"""What the benchmarks share: a work folder that cleans up, a tree of real files on a loop-mounted
btrfs, a repository, and programs run with their time, CPU and memory."""

import argparse
import atexit
import dataclasses
import hashlib
import os
import pathlib
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
FIRKIN = pathlib.Path(__file__).resolve().parent.parent / "firkin"
SOURCES = ("/usr/lib", "/usr/share", "/usr/bin", "/usr/include", "/usr/src", "/opt",
           str(pathlib.Path.home() / ".m2" / "repository"), str(FIRKIN.parent))
RANDOM_SHARE = 0.2


def say(line):
    print(line, file=sys.stderr, flush=True)


def die(message):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")


def arguments(about, size_mib):
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=size_mib, metavar="MIB",
                        help="size of the tree in MiB (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1,
                        help="chooses files and random moments (default: %(default)s)")
    parser.add_argument("--folder", default="/var/tmp", metavar="DIR",
                        help="a disk with room for four times the size (default: %(default)s)")
    return parser


def files(folder):
    """Every file and its size; what vanishes meanwhile counts as absent."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(path, name)
            try:
                found[file] = os.lstat(file).st_size
            except FileNotFoundError:
                continue
    return found


def bytes_in(path):
    """The size of a file, or of all files in a folder."""
    return path.stat().st_size if path.is_file() else sum(files(path).values())


def tree(root):
    """Every path below `root`, and all that a backup must keep of it."""
    root = os.fsencode(root)
    first_of_inode = {}
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(folders + names):
            path = os.path.join(folder, name)
            facts = os.lstat(path)
            kept = [facts.st_mode, facts.st_uid, facts.st_gid, facts.st_mtime_ns, facts.st_rdev]
            kept += [(x, os.getxattr(path, x, follow_symlinks=False))
                     for x in sorted(os.listxattr(path, follow_symlinks=False))]
            if not stat.S_ISDIR(facts.st_mode):
                kept += [facts.st_size, first_of_inode.setdefault(facts.st_ino, path[len(root):])]
            if stat.S_ISLNK(facts.st_mode):
                kept.append(os.readlink(path))
            if stat.S_ISREG(facts.st_mode):
                with open(path, "rb") as file:
                    kept.append(hashlib.file_digest(file, "sha256").hexdigest())
            yield path[len(root):], kept


@dataclasses.dataclass
class Ran:
    """A program that ran: seconds of wall clock, seconds of CPU and the largest resident set, the
    last two of it and of every child that it waited for."""

    seconds: float
    cpu_seconds: float
    peak_rss_mib: float


class Workbench:
    """A folder, a filesystem and the environment of one benchmark; gone when the program ends."""

    def __init__(self, folder, size_mib, seed, launcher=None):
        if os.geteuid() != 0:
            die("loop-mounted btrfs takes root")
        for program in ("btrfs", "mkfs.btrfs", "mount", "umount"):
            if shutil.which(program) is None:
                die(f"{program} is missing: install btrfs-progs, mount")
        need = 4 * size_mib * MIB
        free = shutil.disk_usage(folder).free
        if free < need:
            die(f"{folder} has {free // MIB} MiB free; {need // MIB} are needed: see --folder")
        self.cores = sorted(os.sched_getaffinity(0))[:2]
        os.sched_setaffinity(0, self.cores)
        self.launcher = launcher or FIRKIN
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="firkin-bench-", dir=folder))
        self.mounts = []
        self.running = None
        atexit.register(self._clean)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, frame: sys.exit(128 + number))
        self.size_mib = size_mib
        self.random = random.Random(seed)
        self.environment = {**os.environ,
                            "FIRKIN_CONFIG_DIR": str(self.folder / "config"),
                            "FIRKIN_STATE_DIR": str(self.folder / "state"),
                            "RCLONE_CONFIG": "/dev/null"}
        for name in ("FIRKIN_REPO", "FIRKIN_IDENTITY_FILE", "FIRKIN_PASSPHRASE_FILE"):
            self.environment.pop(name, None)
        self.key = self.folder / "identity.txt"
        self.repository = self.folder / "repository"
        self.firkin("keygen", "-o", self.key)
        self.recipient = next(
            line.split()[-1] for line in self.key.read_text().splitlines() if "public key" in line)

    def _clean(self):
        if self.running is not None and self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
        mounted = []
        for mount in reversed(self.mounts):
            # What was killed may hold a file for a moment.
            deadline = time.monotonic() + 20
            while subprocess.run(["umount", mount], stderr=subprocess.PIPE).returncode:
                if time.monotonic() > deadline:
                    say(f"cannot unmount {mount}; remove {self.folder} yourself")
                    mounted.append(mount)
                    break
                time.sleep(0.1)
        if not mounted:
            shutil.rmtree(self.folder, ignore_errors=True)

    # Programs

    def firkin(self, *words):
        """Runs firkin to its good end, its stderr shown only where it fails."""
        done = subprocess.run([self.launcher, *words], env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode:
            die(f"firkin {' '.join(map(str, words))}: exit {done.returncode}\n{done.stderr}")
        return done.stdout

    def measured(self, command):
        """Runs a line of bash to its good end."""
        started = time.monotonic()
        process = self.running = subprocess.Popen(
            ["bash", "-c", "set -o pipefail; " + command],
            env=self.environment, cwd=self.folder, start_new_session=True)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            die(f"exit {process.returncode} of: {command}")
        return Ran(time.monotonic() - started, usage.ru_utime + usage.ru_stime,
                   usage.ru_maxrss / 1024)

    def killed(self, command, moment):
        """Runs a line of bash that is killed with SIGKILL when the moment has come."""
        process = self.running = subprocess.Popen(
            ["bash", "-c", "exec " + command], env=self.environment, cwd=self.folder,
            start_new_session=True)
        while not moment() and process.poll() is None:
            time.sleep(0.02)
        process.kill()
        if process.wait() != -signal.SIGKILL:
            die(f"it was done before it could be killed: {command}")

    def firkin_command(self, *words):
        """How a line of bash calls firkin."""
        return " ".join([str(self.launcher), "--quiet", "--repo", str(self.repository),
                         "--identity-file", str(self.key), *map(str, words)])

    def new_repository(self):
        """An empty encrypted repository at `self.repository`, known to this host."""
        for folder in (self.repository, self.folder / "state", self.folder / "config"):
            shutil.rmtree(folder, ignore_errors=True)
        self.firkin("init", "--repo", self.repository, "--recipient", self.recipient)

    # Trees

    def filesystem(self, name):
        """A loop-mounted btrfs with room for the tree."""
        image = self.folder / f"{name}.image"
        with open(image, "wb") as file:
            file.truncate((self.size_mib * 3 // 2 + 1024) * MIB)
        mount = self.folder / name
        mount.mkdir()
        subprocess.run(["mkfs.btrfs", "-q", image], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["mount", "-t", "btrfs", "-o", "loop", image, mount], check=True)
        self.mounts.append(mount)
        return mount

    def snapshot_of_real_files(self, mount):
        """A read-only snapshot of a tree of the wanted size: a random choice of the machine's own
        files, and random bytes in files of 1 to 64 MiB."""
        tree = mount / "tree"
        subprocess.run(["btrfs", "-q", "subvolume", "create", tree], check=True)
        copied = self._copy_files(tree, int(self.size_mib * MIB * (1 - RANDOM_SHARE)))
        self._write_random(tree / "random", self.size_mib * MIB - copied)
        snapshot = mount / "tree.1"
        subprocess.run(["btrfs", "-q", "subvolume", "snapshot", "-r", tree, snapshot], check=True)
        subprocess.run(["sync"], check=True)
        return snapshot

    def _copy_files(self, tree, want):
        files = []
        for source in SOURCES:
            for root, folders, names in os.walk(source):
                folders[:] = sorted(set(folders) - {".git", "target"})
                files += [os.path.join(root, name) for name in sorted(names)]
        self.random.shuffle(files)
        copied = count = 0
        for file in files:
            try:
                facts = os.lstat(file)
                # One huge file among few would not be a mix.
                if not stat.S_ISREG(facts.st_mode) or facts.st_size > want // 20:
                    continue
                target = os.path.join(tree, file.lstrip("/"))
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copyfile(file, target)
                shutil.copystat(file, target)
            except FileNotFoundError:
                continue  # somebody else's temporary file
            copied += facts.st_size
            count += 1
            if copied >= want:
                break
        if copied < want:
            say(f"this machine has only {copied // MIB} MiB of files; the rest is random bytes")
        say(f"tree: {copied // MIB} MiB in {count} files of this machine, and random bytes")
        return copied

    def _write_random(self, folder, want):
        folder.mkdir()
        number = 0
        while want > 0:
            size = min(want, self.random.randrange(MIB, 64 * MIB))
            with open(folder / f"{number:03}", "wb") as file:
                for start in range(0, size, MIB):
                    file.write(self.random.randbytes(min(MIB, size - start)))
            want -= size
            number += 1
