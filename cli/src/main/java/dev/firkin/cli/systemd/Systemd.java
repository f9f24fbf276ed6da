package dev.firkin.cli.systemd;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.ChildExit;
import dev.firkin.btrfs.ChildProcess;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The systemd of this machine.
 *
 * @param running a folder that is there while it runs: sd_booted(3)
 * @param programs where its programs are looked for
 */
record Systemd(Path running, List<Path> programs) {
  /** Where an administrator's units belong. */
  static final Path UNITS = Path.of("/etc/systemd/system");

  /** The folders whose units it loads. */
  private static final List<Path> LOADED =
      List.of(
          UNITS,
          Path.of("/run/systemd/system"),
          Path.of("/usr/local/lib/systemd/system"),
          Path.of("/usr/lib/systemd/system"),
          Path.of("/lib/systemd/system"));

  static Systemd ofThisMachine() {
    return new Systemd(
        Path.of("/run/systemd/system"),
        List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin")));
  }

  /** Whether it runs here and loads units from the folder. */
  boolean loads(Path folder) {
    return Files.isDirectory(running) && LOADED.contains(folder.toAbsolutePath().normalize());
  }

  /**
   * Checks when a timer is to run, where the program that knows is installed.
   *
   * @throws UsageException if that is no time
   */
  void requireCalendar(String onCalendar) throws FirkinException, InterruptedException {
    Optional<Path> analyze = find("systemd-analyze");
    if (analyze.isPresent()) {
      ChildExit exit = run(List.of(analyze.get().toString(), "calendar", "--", onCalendar));
      if (!exit.succeeded()) {
        throw new UsageException(
            "--on-calendar: " + exit.describe(),
            "write for example daily, 03:00 or 'Mon..Fri 02:30'; see systemd.time(7)");
      }
    }
  }

  /** Runs {@code systemctl}. */
  void systemctl(String... words) throws FirkinException, InterruptedException {
    Path program =
        find("systemctl")
            .orElseThrow(() ->
                new FailedException(
                    "systemd runs here, but its program systemctl is nowhere",
                    "run systemctl " + String.join(" ", words) + " yourself"));
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(words));
    ChildExit exit = run(command);
    if (!exit.succeeded()) {
      throw new FailedException(
          exit.describe(), "run it yourself: systemctl " + String.join(" ", words));
    }
  }

  private Optional<Path> find(String program) {
    return programs.stream().map(f -> f.resolve(program)).filter(Files::isExecutable).findFirst();
  }

  private static ChildExit run(List<String> command) throws BtrfsException, InterruptedException {
    Path program = Path.of(command.getFirst());
    try (ChildProcess child =
        ChildProcess.producer(String.valueOf(program.getFileName()), command)) {
      try (InputStream out = child.stdout()) {
        out.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw new BtrfsException(program + " cannot be listened to: " + e.getMessage(), null, e);
      }
      return child.await();
    }
  }
}
