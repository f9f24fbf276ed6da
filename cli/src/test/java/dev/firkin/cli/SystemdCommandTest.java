package dev.firkin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.TestHost.Ran;
import dev.firkin.cli.session.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code firkin systemd} into a folder that systemd does not load. */
class SystemdCommandTest {
  @TempDir Path folder;
  private Path units;
  private Path service;
  private Path timer;
  private TestHost host;

  @BeforeEach
  void setUp() throws Exception {
    units = Files.createDirectory(folder.resolve("units"));
    service = units.resolve("firkin.service");
    timer = units.resolve("firkin.timer");
    host =
        new TestHost(folder, folder.resolve("unused"))
            .with("FIRKIN_LAUNCHER", Path.of("/opt/fir kin/100%/$x/firkin"));
  }

  @Test
  void writesBothUnitsForAllToRead() throws Exception {
    Ran ran = install("--random-delay", "30m", "--on-calendar", "Mon 02:30", "--config", "/etc/$f");

    assertTrue(ran.stderr().contains("systemctl daemon-reload"), ran::toString);
    assertTrue(ran.stderr().contains("/etc/$f does not exist yet"), ran::toString);
    for (Path unit : List.of(service, timer)) {
      assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(unit)));
      assertTrue(Files.readString(unit).startsWith("# Written by 'firkin systemd install'"));
    }
    List<String> lines = Files.readAllLines(service);
    for (String line :
        List.of(
            "Type=oneshot",
            "NotifyAccess=main",
            "TimeoutStartSec=infinity",
            "ExecStart=\"/opt/fir kin/100%%/$x/firkin\" run --config \"/etc/$$f\"",
            "SuccessExitStatus=75",
            "After=network-online.target",
            "Wants=network-online.target",
            "IOSchedulingClass=idle",
            "Nice=19",
            "NoNewPrivileges=yes",
            "Environment=FIRKIN_CONFIG_DIR=" + folder.resolve("config"),
            "EnvironmentFile=-" + folder.resolve("config/environment"),
            "ReadWritePaths=-" + folder.resolve("config") + " -" + folder.resolve("state"))) {
      assertTrue(lines.contains(line), () -> line + " is not in " + lines);
    }
    for (String broken :
        List.of("MemoryDenyWriteExecute=", "PrivateDevices=", "ProtectHome=", "PrivateMounts=")) {
      assertTrue(lines.stream().noneMatch(line -> line.startsWith(broken)), broken);
    }
    List<String> times = Files.readAllLines(timer);
    for (String line :
        List.of("OnCalendar=Mon 02:30", "RandomizedDelaySec=1800s", "Persistent=true")) {
      assertTrue(times.contains(line), () -> line + " is not in " + times);
    }
    assertEquals(List.of(service, timer), files());
  }

  @Test
  void replacesWhatItWrote() throws Exception {
    install();
    install("--on-calendar", "weekly");

    assertTrue(Files.readString(timer).contains("OnCalendar=weekly\n"));
    assertEquals(List.of(service, timer), files());
  }

  @Test
  void leavesFilesOfOthersAlone() throws Exception {
    Files.writeString(timer, "[Timer]\nOnCalendar=hourly\n");

    Ran ran = host.run("systemd", "install", "--dir", units.toString());
    assertEquals(ExitCode.FAILED, ran.exit());
    assertTrue(ran.stderr().contains(timer + " was not written by"), ran::toString);
    assertEquals(List.of(timer), files());

    Files.delete(timer);
    Files.createSymbolicLink(timer, Path.of("/dev/null")); // masked
    assertEquals(ExitCode.FAILED, host.run("systemd", "install", "--dir", units.toString()).exit());
    assertEquals(
        ExitCode.FAILED, host.run("systemd", "uninstall", "--dir", units.toString()).exit());
    assertEquals(List.of(timer), files());
  }

  @Test
  void deletesWhatItWrote() throws Exception {
    install();
    Path dropIn = Files.createDirectory(units.resolve("firkin.service.d"));

    Ran ran = done(host.run("systemd", "uninstall", "--dir", units.toString()));
    assertTrue(ran.stderr().contains("deleted " + service), ran::toString);
    assertEquals(List.of(dropIn), files());
    ran = done(host.run("systemd", "uninstall", "--dir", units.toString()));
    assertTrue(ran.stderr().contains("there are no units of firkin"), ran::toString);
  }

  @Test
  void aDryRunPrintsAndWritesNothing() throws Exception {
    Ran ran = install("--dry-run");

    assertTrue(ran.out().contains("# " + service + "\n# Written by"), ran::toString);
    assertTrue(ran.out().contains("\nOnCalendar=daily\n"), ran::toString);
    assertEquals(List.of(), files());
  }

  @Test
  void saysInJsonWhatItDid() throws Exception {
    JsonNode node = JsonMapper.shared().readTree(install("--json").out());
    assertEquals("result", node.get("type").asString());
    assertFalse(node.get("started").asBoolean());
    assertEquals(service.toString(), node.get("written").get(0).asString());
    assertEquals(timer.toString(), node.get("written").get(1).asString());
  }

  @Test
  void saysWhatIsMissing() {
    assertEquals(ExitCode.USAGE, host.run("systemd").exit());
    assertEquals(
        ExitCode.USAGE,
        host.run("systemd", "install", "--dir", units.toString(), "--random-delay", "forever")
            .exit());
    assertEquals(
        ExitCode.USAGE,
        host.run("systemd", "install", "--dir", units.toString(), "--on-calendar", "a\nb").exit());
    Ran ran = host.run("systemd", "install", "--dir", folder.resolve("missing").toString());
    assertEquals(ExitCode.FAILED, ran.exit());
    assertTrue(ran.stderr().contains("does not exist"), ran::toString);
    ran = host.without("FIRKIN_LAUNCHER").run("systemd", "install", "--dir", units.toString());
    assertEquals(ExitCode.FAILED, ran.exit());
    assertTrue(ran.stderr().contains("start it by the script"), ran::toString);
  }

  private Ran install(String... options) {
    String[] words = new String[4 + options.length];
    System.arraycopy(
        new String[] {"systemd", "install", "--dir", units.toString()}, 0, words, 0, 4);
    System.arraycopy(options, 0, words, 4, options.length);
    return done(host.run(words));
  }

  private static Ran done(Ran ran) {
    assertEquals(ExitCode.DONE, ran.exit(), ran::toString);
    return ran;
  }

  private List<Path> files() throws Exception {
    try (var files = Files.list(units)) {
      return files.sorted().toList();
    }
  }
}
