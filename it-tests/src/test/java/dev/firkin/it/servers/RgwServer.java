package dev.firkin.it.servers;

import dev.firkin.it.servers.Availability.Running;
import dev.firkin.it.servers.Availability.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Ceph RGW: the one that {@code FIRKIN_TEST_RGW_*} names, else one of our own by {@code
 * servers/rgw.sh}.
 */
final class RgwServer {
  private static final String NAME = "Ceph RGW";

  private RgwServer() {}

  static Availability start() {
    Optional<S3Server> given = GivenServer.from(System.getenv(), "FIRKIN_TEST_RGW", NAME);
    if (given.isPresent()) {
      return new Running(given.get());
    }
    if (!isRoot()) {
      return new Unavailable(
          "no Ceph RGW: only root can start one (it-tests/servers/rgw.sh); or set"
              + " FIRKIN_TEST_RGW_ENDPOINT");
    }
    if (!isInstalled() && !Requirements.isRequired("s3")) {
      return new Unavailable(
          "no Ceph RGW: install it with it-tests/servers/rgw.sh install (a minute, 730 MB)");
    }
    Map<String, String> environment =
        Map.of(
            "FIRKIN_RGW_PORT", ServerScript.freePort(),
            "FIRKIN_RGW_MON_PORT", ServerScript.freePort(),
            "FIRKIN_RGW_STORE", "memstore",
            "FIRKIN_RGW_OWNER_PID", ServerScript.ownPid());
    return new Running(new ServerScript("rgw.sh", environment).start(NAME));
  }

  private static boolean isInstalled() {
    String root = System.getenv().getOrDefault("FIRKIN_RGW_ROOT", "/var/tmp/firkin-rgw");
    return Files.exists(Path.of(root, ".ready"));
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
