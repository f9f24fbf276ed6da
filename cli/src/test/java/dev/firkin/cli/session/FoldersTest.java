package dev.firkin.cli.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FoldersTest {
  @Test
  void rootHasTheSystems() {
    assertEquals(folders("/etc/firkin", "/var/lib/firkin"), of(true, Map.of("HOME", "/root")));
    assertEquals(
        folders("/etc/firkin", "/var/lib/firkin"),
        of(true, Map.of("HOME", "/root", "XDG_CONFIG_HOME", "/c", "XDG_STATE_HOME", "/s")));
  }

  @Test
  void usersHaveTheirOwn() {
    assertEquals(
        folders("/home/u/.config/firkin", "/home/u/.local/state/firkin"),
        of(false, Map.of("HOME", "/home/u")));
    assertEquals(
        folders("/c/firkin", "/s/firkin"),
        of(false, Map.of("HOME", "/home/u", "XDG_CONFIG_HOME", "/c", "XDG_STATE_HOME", "/s")));
    assertEquals(
        folders("/home/u/.config/firkin", "/home/u/.local/state/firkin"),
        of(false, Map.of("HOME", "/home/u", "XDG_CONFIG_HOME", "c", "XDG_STATE_HOME", "")));
  }

  @Test
  void firkinsOwnVariablesGoFirst() {
    Map<String, String> both =
        Map.of(
            "HOME",
            "/h",
            "FIRKIN_CONFIG_DIR",
            "/a",
            "FIRKIN_STATE_DIR",
            "/b",
            "XDG_CONFIG_HOME",
            "/c");
    assertEquals(folders("/a", "/b"), of(true, both));
    assertEquals(folders("/a", "/b"), of(false, both));
  }

  private static Folders folders(String configuration, String state) {
    return new Folders(Path.of(configuration), Path.of(state));
  }

  private static Folders of(boolean root, Map<String, String> environment) {
    Host host =
        new Host(
            environment,
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            Host.Terminals.NONE,
            ZoneOffset.UTC);
    return Folders.of(host, root);
  }
}
