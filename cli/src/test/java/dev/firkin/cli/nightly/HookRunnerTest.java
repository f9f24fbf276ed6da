package dev.firkin.cli.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.config.Hooks;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.GlobalOptions;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Host.Terminals;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class HookRunnerTest {
  @TempDir private Path folder;

  /** A hook that mails its environment to somebody must not mail the bucket. */
  @Test
  void aHookGetsNoCredentials() throws Exception {
    Map<String, String> environment =
        new TreeMap<>(
            Map.of(
                "AWS_ACCESS_KEY_ID", "key",
                "AWS_SECRET_ACCESS_KEY", "secret",
                "FIRKIN_PASSPHRASE", "secret",
                "FIRKIN_REPO", "s3://bucket",
                "NOTIFY_SOCKET", "/run/systemd/notify"));
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("LANG", "de_DE.UTF-8");
    for (boolean before : new boolean[] {true, false}) {
      Path seen = folder.resolve("seen-" + before);
      List<String> program = List.of("/bin/sh", "-c", "env >" + seen);
      Hooks hooks =
          before
              ? new Hooks(program, List.of(), Optional.empty(), Hooks.USUAL_TIMEOUT)
              : new Hooks(List.of(), program, Optional.empty(), Hooks.USUAL_TIMEOUT);
      HookRunner runner = new HookRunner(hooks, console(), environment);
      if (before) {
        assertTrue(runner.before());
      } else {
        runner.after("{}", true);
      }
      // The shell adds some of its own.
      List<String> lines = Files.readAllLines(seen);
      assertTrue(lines.contains("LANG=de_DE.UTF-8"), lines::toString);
      assertEquals(
          List.of(),
          lines.stream().filter(line -> line.matches("(AWS_|FIRKIN_|NOTIFY_).*")).toList());
    }
  }

  /** With all that it has started; and a run that it was to allow is not begun. */
  @Test
  void aHookThatTakesTooLongIsEnded() throws Exception {
    Path child = folder.resolve("child");
    List<String> program = List.of("/bin/sh", "-c", "sleep 300 & echo $! >" + child + "; wait");
    HookRunner runner =
        new HookRunner(
            new Hooks(program, List.of(), Optional.empty(), Duration.ofSeconds(1)),
            console(),
            Map.of("PATH", "/usr/bin:/bin"));
    assertFalse(runner.before());
    Optional<ProcessHandle> left =
        ProcessHandle.of(Long.parseLong(Files.readString(child).strip()));
    if (left.isPresent()) {
      left.get().onExit().get(10, TimeUnit.SECONDS);
    }
  }

  private static Console console() {
    return new Console(
        new Host(
            Map.of(),
            InputStream.nullInputStream(),
            new ByteArrayOutputStream(),
            new ByteArrayOutputStream(),
            Terminals.NONE,
            ZoneOffset.UTC),
        new GlobalOptions());
  }
}
