package dev.firkin.cli.session;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a run sees of its surroundings.
 *
 * @param environment variables
 * @param stdin unbuffered: one reader only, which may hang in it for ever
 * @param stdout unbuffered
 * @param stderr unbuffered
 * @param terminals which of the three is a terminal
 * @param zone that times are shown in
 * @param clock that says which night it is: what snapshots are called, and how old they are
 */
public record Host(
    Map<String, String> environment,
    InputStream stdin,
    OutputStream stdout,
    OutputStream stderr,
    Terminals terminals,
    ZoneId zone,
    InstantSource clock) {
  private static final String NAME = "FIRKIN_HOST";

  /** With the clock of this machine. */
  public Host(
      Map<String, String> environment,
      InputStream stdin,
      OutputStream stdout,
      OutputStream stderr,
      Terminals terminals,
      ZoneId zone) {
    this(environment, stdin, stdout, stderr, terminals, zone, InstantSource.system());
  }

  public Host {
    environment = Map.copyOf(environment);
  }

  /** Which of the standard streams is a terminal. */
  public record Terminals(boolean stdin, boolean stdout, boolean stderr) {
    public static final Terminals NONE = new Terminals(false, false, false);

    /** As the kernel names them: no native call, which would cost a tenth of a second. */
    static Terminals ofThisProcess() {
      return new Terminals(isTerminal(0), isTerminal(1), isTerminal(2));
    }

    private static boolean isTerminal(int descriptor) {
      try {
        String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      } catch (IOException e) {
        return false; // closed, or no /proc: treat it as a file
      }
    }
  }

  /** This process. */
  public static Host ofThisProcess() {
    return new Host(
        System.getenv(),
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        Terminals.ofThisProcess(),
        ZoneId.systemDefault());
  }

  /** A variable that is set to something. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** Whether the effective user is root. */
  public boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      return false; // no /proc: the folders of the user are the safe choice
    }
  }

  /**
   * The same, but for what it is called.
   *
   * @param name see {@link #name}
   */
  Host called(String name) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put(NAME, name);
    return new Host(variables, stdin, stdout, stderr, terminals, zone, clock);
  }

  /** What this machine calls itself, unless the user calls it otherwise. */
  public String name() {
    Optional<String> given = variable(NAME);
    if (given.isPresent()) {
      return given.get();
    }
    try {
      String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      return name.isEmpty() ? "localhost" : name;
    } catch (IOException e) {
      return variable("HOSTNAME").orElse("localhost");
    }
  }
}
