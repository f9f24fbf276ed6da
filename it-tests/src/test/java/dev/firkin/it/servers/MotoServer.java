package dev.firkin.it.servers;

import java.util.Map;

/**
 * Moto: an S3 server in memory that freezes what is put into an archive. By {@code
 * servers/moto.sh}.
 */
public final class MotoServer {
  private static final String NAME = "Moto";

  private MotoServer() {}

  /**
   * An empty one, which the caller closes. Where it is not installed, the running test is skipped,
   * or fails where {@code FIRKIN_REQUIRE} demands it.
   */
  public static S3Server start() {
    ServerScript script =
        new ServerScript(
            "moto.sh",
            Map.of(
                "FIRKIN_MOTO_PORT", ServerScript.freePort(),
                "FIRKIN_MOTO_OWNER_PID", ServerScript.ownPid()));
    if (!script.isInstalled() && !Requirements.isRequired("archive")) {
      throw Requirements.missing(
          "archive",
          "no server that freezes: install one with it-tests/servers/moto.sh install (140 MB)");
    }
    return script.start(NAME);
  }
}
