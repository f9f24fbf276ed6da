package dev.firkin.cli.demo;

import dev.firkin.cli.session.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether this machine can tell the story on real filesystems. */
final class Ability {
  private static final Path FILESYSTEMS = Path.of("/proc/filesystems");
  private static final Path LOOP_CONTROL = Path.of("/dev/loop-control");

  private static final long CAP_SYS_ADMIN = 1L << 21;

  private Ability() {}

  /** Why it cannot; empty where nothing is known to be missing. */
  static Optional<String> missing(Host host) {
    if (!host.isRoot()) {
      return Optional.of("this user is not root, who alone can mount and receive");
    }
    if (!mayMount()) {
      return Optional.of("this root may not mount, as is usual in a container");
    }
    for (String program : new String[] {"btrfs", "mkfs.btrfs"}) {
      if (Programs.find(program).isEmpty()) {
        return Optional.of("the program " + program + " is not installed (package btrfs-progs)");
      }
    }
    for (String program : new String[] {"mount", "umount", "losetup", "mknod"}) {
      if (Programs.find(program).isEmpty()) {
        return Optional.of("the program " + program + " is not installed");
      }
    }
    if (!Files.exists(LOOP_CONTROL)) {
      return Optional.of("there are no loop devices here (" + LOOP_CONTROL + ")");
    }
    return kernelKnowsBtrfs()
        ? Optional.empty()
        : Optional.of("this kernel has no btrfs, nor a module of that name");
  }

  /** Source: capabilities(7), proc_pid_status(5). */
  private static boolean mayMount() {
    try {
      return Files.readString(Path.of("/proc/self/status"))
          .lines()
          .filter(line -> line.startsWith("CapEff:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(capabilities -> (capabilities & CAP_SYS_ADMIN) != 0);
    } catch (IOException e) {
      return false; // no /proc: nothing could be unmounted reliably either
    }
  }

  private static boolean kernelKnowsBtrfs() {
    try {
      return Files.readString(FILESYSTEMS).contains("\tbtrfs\n") || moduleExists();
    } catch (IOException e) {
      return false; // no /proc, as above
    }
  }

  /** mount(8) has it loaded. */
  private static boolean moduleExists() throws IOException {
    Path modules =
        Path.of("/lib/modules", Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    Path list = modules.resolve("modules.dep");
    return Files.isReadable(list) && Files.readString(list).contains("/btrfs.ko");
  }
}
