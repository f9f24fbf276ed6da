package dev.firkin.it.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The demo in a JVM of its own, from the built jar.
 *
 * @param exit status
 * @param text all it printed
 */
record DemoRun(int exit, String text) {
  private static final int MAX_MINUTES = 10;

  /** Runs it to its end, and tells somebody each line while it runs. */
  static DemoRun of(Path dir, List<String> options, Watcher watcher)
      throws IOException, InterruptedException {
    Path home = Files.createDirectory(dir.resolve("home"));
    Path stages = Files.createDirectory(dir.resolve("stages"));
    List<String> command = new ArrayList<>();
    // A shell that runs the build in the background has SIGINT ignored, and children inherit that.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseParallelGC", "-XX:-UsePerfData"));
    command.addAll(List.of("-XX:FreqInlineSize=35", "-XX:InlineSmallCode=300"));
    command.addAll(List.of("-XX:AOTCache=" + jar().resolveSibling("firkin.aot"), "-Xlog:aot*=off"));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-jar", jar().toString(), "demo"));
    if (!options.contains("--dir")) {
      command.addAll(List.of("--dir", stages.toString()));
    }
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("FIRKIN_CONFIG_DIR", home.resolve("config").toString());
    builder.environment().put("FIRKIN_STATE_DIR", home.resolve("state").toString());
    Process process = builder.start();
    try {
      CompletableFuture<Boolean> inTime = CompletableFuture.supplyAsync(() -> endsInTime(process));
      String text = read(process, line -> watcher.sees(line, process));
      if (!inTime.join()) {
        throw new AssertionError("the demo does not end; it printed\n" + text);
      }
      return new DemoRun(process.exitValue(), text);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Kills what does not end, so that whoever reads its output comes to the end of that. */
  private static boolean endsInTime(Process process) {
    try {
      if (process.waitFor(MAX_MINUTES, TimeUnit.MINUTES)) {
        return true;
      }
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sees what is printed while the program runs. */
  interface Watcher {
    void sees(String line, Process process);
  }

  private static String read(Process process, Consumer<String> watcher) throws IOException {
    StringBuilder text = new StringBuilder();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        text.append(line).append('\n');
        watcher.accept(line);
      }
    }
    return text.toString();
  }

  private static Path jar() {
    Path jar = Path.of("../cli/target/firkin.jar").toAbsolutePath().normalize();
    if (!Files.isRegularFile(jar)) {
      throw new AssertionError(jar + " is not built: mvn -pl cli -am -DskipTests package");
    }
    return jar;
  }

  /** What a demo in {@code dir} has left: files, mounts, loop devices, in words. */
  static List<String> leftIn(Path dir) throws IOException {
    List<String> left = new ArrayList<>();
    for (String folder : List.of("home", "stages")) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir.resolve(folder))) {
        entries.forEach(entry -> left.add("file " + entry));
      }
    }
    Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)
        .lines()
        .filter(line -> line.contains(dir.toString()))
        .forEach(line -> left.add("mount " + line));
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path device : devices) {
        Path attribute = device.resolve("loop/backing_file");
        if (Files.exists(attribute) && Files.readString(attribute).contains(dir.toString())) {
          left.add("loop device " + device);
        }
      }
    }
    return left;
  }
}
