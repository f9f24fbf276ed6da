package dev.firkin.cli.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.session.FailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdTest {
  @TempDir private Path folder;

  @Test
  void loadsOnlyWhereItRuns() {
    assertTrue(new Systemd(folder, List.of()).loads(Path.of("/etc/systemd/../systemd/system/")));
    assertFalse(new Systemd(folder, List.of()).loads(folder));
    assertFalse(new Systemd(folder.resolve("missing"), List.of()).loads(Systemd.UNITS));
  }

  @Test
  void tellsWhatSystemctlSaid() throws Exception {
    Path log = folder.resolve("log");
    Path program =
        Files.writeString(
            folder.resolve("systemctl"),
            "#!/bin/sh\necho \"$@\" >>"
                + log
                + "\nseq 100000\necho no such unit >&2\n[ \"$1\" = good ]\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Systemd systemd = new Systemd(folder, List.of(folder.resolve("missing"), folder));

    systemd.systemctl("good", "--now", "firkin.timer");
    FailedException e = assertThrows(FailedException.class, () -> systemd.systemctl("enable", "x"));

    assertEquals("systemctl exited with status 1: no such unit", e.getMessage());
    assertTrue(e.hint().orElseThrow().endsWith("systemctl enable x"));
    assertEquals(List.of("good --now firkin.timer", "enable x"), Files.readAllLines(log));
    assertThrows(
        FailedException.class, () -> new Systemd(folder, List.of()).systemctl("daemon-reload"));
  }
}
