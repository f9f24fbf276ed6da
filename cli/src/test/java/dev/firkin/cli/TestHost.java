package dev.firkin.cli;

import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Host.Terminals;
import dev.firkin.cli.session.Interrupts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A host with folders and a repository of its own, on which command lines run in this process. */
final class TestHost {
  private final Map<String, String> environment = new HashMap<>();
  private Terminals terminals = Terminals.NONE;

  /**
   * How a command line ended, and what it said.
   *
   * @param latin1 what went to stdout, a character for each byte
   */
  record Ran(ExitCode exit, String latin1, String stderr) {
    byte[] stdout() {
      return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    String out() {
      return new String(stdout(), StandardCharsets.UTF_8);
    }

    List<String> lines() {
      return out().lines().toList();
    }

    @Override
    public String toString() {
      return exit + "\n" + out() + "\n" + stderr;
    }
  }

  TestHost(Path folder, Path repository) {
    environment.put("FIRKIN_CONFIG_DIR", folder.resolve("config").toString());
    environment.put("FIRKIN_STATE_DIR", folder.resolve("state").toString());
    environment.put("FIRKIN_REPO", repository.toString());
  }

  TestHost with(String variable, Path value) {
    environment.put(variable, value.toString());
    return this;
  }

  TestHost without(String variable) {
    environment.remove(variable);
    return this;
  }

  TestHost on(Terminals newTerminals) {
    terminals = newTerminals;
    return this;
  }

  Ran run(String... args) {
    return pipe(new byte[0], args);
  }

  Ran pipe(byte[] stdin, String... args) {
    return pipe(new ByteArrayInputStream(stdin), args);
  }

  Ran pipe(InputStream stdin, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Host host = new Host(environment, stdin, out, err, terminals, ZoneOffset.UTC);
    ExitCode exit = Firkin.run(host, new Interrupts(), args);
    return new Ran(
        exit, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.UTF_8));
  }
}
