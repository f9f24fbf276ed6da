package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.servers.Requirements;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher users start writes, as systemd itself reads it. */
@Timeout(120)
class SystemdIT {
  @TempDir private Path folder;
  private Path launcher;
  private Path units;

  @BeforeEach
  void install() throws Exception {
    Requirements.need(
        "systemd",
        Files.isExecutable(Path.of("/usr/bin/systemd-analyze")),
        "systemd-analyze is missing: install the package systemd");
    launcher = Launchers.copy(folder.resolve("a folder with 100% $PATH"));
    units = Files.createDirectory(folder.resolve("units"));
  }

  @Test
  void systemdFindsNoFaultWithTheUnits() throws Exception {
    String said = installed();

    assertTrue(said.contains("wrote " + units.resolve("firkin.service")), said);
    assertEquals("", verify());
  }

  @Test
  void systemdWouldFindOne() throws Exception {
    installed();
    Files.writeString(
        units.resolve("firkin.timer"), "[Timer]\nOnCalender=never\n", StandardOpenOption.APPEND);

    assertTrue(verify().contains("OnCalender"), verify());
  }

  @Test
  void refusesATimeThatSystemdDoesNotKnow() throws Exception {
    Ran ran = firkin("systemd", "install", "--dir", units.toString(), "--on-calendar", "often");

    assertEquals(2, ran.status(), ran::toString);
    assertTrue(ran.printed().contains("often"), ran::toString);
    try (var files = Files.list(units)) {
      assertEquals(List.of(), files.toList());
    }
  }

  private record Ran(int status, String printed) {}

  private String installed() throws Exception {
    Ran ran =
        firkin(
            "systemd",
            "install",
            "--dir",
            units.toString(),
            "--on-calendar",
            "Mon..Fri *-*-* 02:30:00 Europe/Berlin",
            "--config",
            folder.resolve("my config.toml").toString());
    assertEquals(0, ran.status(), ran::toString);
    return ran.printed();
  }

  /** Of our units alone: it names faults of those that they need as well. */
  private String verify() throws Exception {
    Ran ran =
        run(
            "systemd-analyze",
            "verify",
            "--man=no",
            units.resolve("firkin.service").toString(),
            units.resolve("firkin.timer").toString());
    return ran.printed()
        .lines()
        .filter(line -> line.contains("firkin") || line.contains(launcher.toString()))
        .reduce("", (a, b) -> a + b + "\n");
  }

  private Ran firkin(String... words) throws Exception {
    String[] command = new String[1 + words.length];
    command[0] = launcher.toString();
    System.arraycopy(words, 0, command, 1, words.length);
    return run(command);
  }

  private static Ran run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream out = process.getInputStream()) {
      String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      return new Ran(process.waitFor(), printed);
    }
  }
}
