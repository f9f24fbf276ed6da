package dev.firkin.it.cli;

import dev.firkin.cli.Firkin;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Interrupts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A computer with firkin on it: a configuration, a local state and an environment of its own, and
 * nothing from the environment of the tests.
 */
final class Computer implements AutoCloseable {
  /** As the launcher starts it; its jar is the one that this build has packaged. */
  private static final String LAUNCHER =
      """
      #!/bin/bash
      export MALLOC_ARENA_MAX=2
      # What a shell has started in the background ignores SIGINT, and so do its children.
      exec env --default-signal=INT 'JAVA_HOME/bin/java' -Xmx"${FIRKIN_HEAP:-256m}" -XX:+UseParallelGC -XX:-UsePerfData \\
        -XX:FreqInlineSize=35 -XX:InlineSmallCode=300 -XX:LoopUnrollLimit=16 \\
        -Djdk.util.jar.enableMultiRelease=false -XX:AOTCache='CACHE_FILE' '-Xlog:aot*=off' '-Xlog:cds*=off' \\
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -jar 'JAR' "$@"
      """;

  private final Path folder;
  private final Map<String, String> environment = new TreeMap<>();
  private final List<Running> started = new ArrayList<>();
  private int runs;

  private Computer(Path folder) {
    this.folder = folder;
  }

  /** A new one, with all that it has in {@code folder}. */
  static Computer in(Path folder) throws IOException {
    Files.createDirectories(folder);
    Computer computer = new Computer(folder);
    Path programs = Files.createDirectories(folder.resolve("bin"));
    computer.installFirkin(jar());
    computer
        .set("PATH", programs + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .set("HOME", Files.createDirectories(folder.resolve("home")).toString())
        .set("LC_ALL", "C.UTF-8")
        .set("FIRKIN_CONFIG_DIR", folder.resolve("config").toString())
        .set("FIRKIN_STATE_DIR", folder.resolve("state").toString());
    return computer;
  }

  /** What the build packaged, with its libraries in {@code lib} beside it. */
  static Path jar() {
    Path jar = Path.of("../cli/target/firkin.jar").toAbsolutePath().normalize();
    if (!Files.exists(jar)) {
      throw new AssertionError(jar + " is missing: build it with 'mvn -pl cli -am package'");
    }
    return jar;
  }

  /** Makes {@code firkin} on the PATH start this jar. */
  void installFirkin(Path jar) throws IOException {
    Path program = folder.resolve("bin/firkin");
    Files.writeString(
        program,
        LAUNCHER
            .replace("JAVA_HOME", System.getProperty("java.home"))
            .replace("JAR", jar.toString())
            .replace("CACHE_FILE", jar.resolveSibling("firkin.aot").toString()));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Computer set(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Computer unset(String variable) {
    environment.remove(variable);
    return this;
  }

  /** What programs that are started there see. */
  Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  /** The repository of all commands from now on. */
  Computer use(String repository) {
    return set("FIRKIN_REPO", repository);
  }

  boolean usesRepository(String repository) {
    return repository.equals(environment.get("FIRKIN_REPO"));
  }

  /** Makes an identity, and lets all commands from now on use it. */
  Path makeIdentity() throws IOException, InterruptedException {
    Path file = folder.resolve("identity.txt");
    here("keygen", "-o", file).succeeded();
    set("FIRKIN_IDENTITY_FILE", file.toString());
    return file;
  }

  /** The public key in an identity file. */
  static String recipient(Path identity) throws IOException {
    return Files.readAllLines(identity).stream()
        .filter(line -> line.startsWith("# public key: "))
        .map(line -> line.substring("# public key: ".length()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(identity + " names no public key"));
  }

  /** Makes an identity and, in a folder, a repository of small chunks for it, and uses both. */
  Computer withRepository(Path repository) throws IOException, InterruptedException {
    return withRepository(repository.toString());
  }

  /** As the other, anywhere. */
  Computer withRepository(String repository) throws IOException, InterruptedException {
    String recipient = recipient(makeIdentity());
    use(repository);
    here("init", "--recipient", recipient, "--chunk-size", "64K").succeeded();
    return this;
  }

  Path folder() {
    return folder;
  }

  Path configuration() {
    return folder.resolve("config");
  }

  Path state() {
    return folder.resolve("state");
  }

  /** Runs {@code firkin} to its end. */
  Ended run(Object... arguments) throws IOException, InterruptedException {
    return start(arguments).await();
  }

  /**
   * Runs a command line of {@code firkin} in this process: what a test only prepares by, or only
   * looks with. The start of a program takes longer than most of what they do.
   */
  Ended here(Object... arguments) throws IOException {
    List<String> words = new ArrayList<>();
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    // The S3 backend reads the environment of the process.
    String endpoint = environment.get("AWS_ENDPOINT_URL_S3");
    if (endpoint != null) {
      words.addAll(0, List.of("--endpoint-url", endpoint));
    }
    Path output = Files.createDirectories(folder.resolve("output"));
    Path stdout = output.resolve(++runs + ".out");
    Path stderr = output.resolve(runs + ".err");
    try (OutputStream out = Files.newOutputStream(stdout);
        OutputStream err = Files.newOutputStream(stderr);
        AwsProperties _ = AwsProperties.of(environment)) {
      Host host =
          new Host(
              environment,
              InputStream.nullInputStream(),
              out,
              err,
              Host.Terminals.NONE,
              ZoneId.systemDefault());
      int status = Firkin.run(host, new Interrupts(), words.toArray(String[]::new)).number();
      return new Ended(words, status, stdout, stderr);
    }
  }

  /** Starts {@code firkin}. */
  Running start(Object... arguments) throws IOException {
    return startProgram(folder.resolve("bin/firkin"), arguments);
  }

  /** Starts another program, such as the real launcher. */
  Running startProgram(Path program, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return launch(command);
  }

  /** Runs a line of bash, in which {@code firkin} is a program, to its end. */
  Ended shell(String line) throws IOException, InterruptedException {
    return launch(List.of("bash", "-o", "pipefail", "-c", line)).await();
  }

  private Running launch(List<String> command) throws IOException {
    Path output = Files.createDirectories(folder.resolve("output"));
    Path stdout = output.resolve(++runs + ".out");
    Path stderr = output.resolve(runs + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Running running = new Running(command, builder.start(), stdout, stderr);
    started.add(running);
    return running;
  }

  /** For a test's end: closes all that were made, even if none was. */
  static void closeAll(@Nullable Computer... computers) {
    for (Computer computer : computers) {
      if (computer != null) {
        computer.close();
      }
    }
  }

  /** Ends what still runs. */
  @Override
  public void close() {
    for (Running running : started) {
      running.kill();
    }
  }
}
