package dev.firkin.btrfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code btrfs} program. */
public final class BtrfsTool {
  private static final String PROGRAM = "btrfs";

  /** Where root's PATH should lead, but often does not when a service or sudo sets it. */
  private static final List<String> ALSO_IN =
      List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin");

  private static final Pattern EFFECTIVE_UID =
      Pattern.compile("^Uid:\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);

  private BtrfsTool() {}

  /** Where the program is. */
  public static Optional<Path> find() {
    List<String> folders = new ArrayList<>();
    String path = System.getenv("PATH");
    if (path != null) {
      folders.addAll(List.of(path.split(":", -1)));
    }
    folders.addAll(ALSO_IN);
    return folders.stream()
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The path of the program.
   *
   * @throws BtrfsException where it is not installed
   */
  public static Path requirePresent() throws BtrfsException {
    return find()
        .orElseThrow(() ->
            new BtrfsException(
                "the program 'btrfs' is not installed, so no snapshot can be sent or received",
                "install btrfs-progs (Debian, Ubuntu, Fedora, Arch: package btrfs-progs)"));
  }

  /**
   * Checks that this process is root.
   *
   * @param what needs it, for the message: "btrfs send"
   * @throws BtrfsException where it is not
   */
  public static void requireRoot(String what) throws BtrfsException {
    if (!isRoot()) {
      throw new BtrfsException(what + " needs root, and this user is not", "run it with sudo");
    }
  }

  /** Whether the effective user of this process is root. */
  public static boolean isRoot() throws BtrfsException {
    try {
      Matcher uid = EFFECTIVE_UID.matcher(Files.readString(Path.of("/proc/self/status")));
      return uid.find() && uid.group(1).equals("0");
    } catch (IOException e) {
      throw new BtrfsException("/proc/self/status cannot be read", "is /proc mounted?", e);
    }
  }

  /** A command line of the program, for one that takes root. */
  static List<String> command(List<String> arguments) throws BtrfsException {
    List<String> command = new ArrayList<>();
    command.add(requirePresent().toString());
    command.addAll(arguments);
    requireRoot("btrfs " + arguments.getFirst());
    return command;
  }

  /** A path as an argument: absolute, so that it is never taken for an option. */
  static String argument(Path path) throws BtrfsException {
    if (!RawPath.survivesAsArgument(path)) {
      throw new BtrfsException(
          "the name of " + path + " cannot be given to the program 'btrfs' in this locale",
          "set LC_ALL=C.UTF-8, or make a snapshot under a plain name");
    }
    return path.toAbsolutePath().toString();
  }
}
