package dev.firkin.cli.demo;

import dev.firkin.cli.Firkin;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where programs are. */
final class Programs {
  /** Where {@code mkfs.btrfs} and the like are, also for a root whose PATH does not say so. */
  private static final List<String> ALSO_IN =
      List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin");

  private Programs() {}

  static Optional<Path> find(String name) {
    List<String> folders = new ArrayList<>();
    String path = System.getenv("PATH");
    if (path != null) {
      folders.addAll(List.of(path.split(":", -1)));
    }
    folders.addAll(ALSO_IN);
    return folders.stream()
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The words to start a process with; {@code firkin} is this very program. */
  static List<String> resolve(List<String> words) {
    List<String> command = new ArrayList<>();
    if (words.getFirst().equals("firkin")) {
      command.addAll(firkin());
    } else {
      command.add(find(words.getFirst()).map(Path::toString).orElse(words.getFirst()));
    }
    command.addAll(words.subList(1, words.size()));
    return command;
  }

  /** As the launcher started us: the same JVM, with the same options, and the same classes. */
  private static List<String> firkin() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-agent") && !option.startsWith("-javaagent")) {
        command.add(option);
      }
    }
    command.add("-cp");
    command.add(classPath());
    command.add(Firkin.class.getName());
    return command;
  }

  /** With absolute paths: the children have another working directory. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
