import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Runs google-java-format over every source of the project: {@code check} names the files that are
 * not formatted and fails, {@code apply} formats them. Started by the build in a JVM of its own,
 * since the formatter parses with the compiler of the JDK it runs on, and Maven may run on one that
 * is too old for the sources.
 */
final class Format {
  private static final String APPLY_COMMAND = "mvn -q -N -Pformat validate";

  public static void main(String[] args) throws IOException {
    boolean apply =
        switch (args[0]) {
          case "apply" -> true;
          case "check" -> false;
          default -> throw new IllegalArgumentException("check or apply, not " + args[0]);
        };
    List<String> formatterArgs =
        new ArrayList<>(apply ? List.of("--replace") : List.of("--dry-run"));
    Path root = Path.of(args[1]).toRealPath();
    sources(root).forEach(source -> formatterArgs.add(source.toString()));

    StringWriter changed = new StringWriter();
    StringWriter problems = new StringWriter();
    int status =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow()
            .run(
                new PrintWriter(changed),
                new PrintWriter(problems),
                formatterArgs.toArray(String[]::new));
    if (status != 0) {
      System.err.print(problems);
      System.exit(status);
    }
    if (!apply && !changed.toString().isBlank()) {
      System.err.println("Not formatted:");
      changed.toString().lines().map(Path::of).map(root::relativize).forEach(System.err::println);
      System.err.println("To format everything: " + APPLY_COMMAND);
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !isGenerated(root.relativize(file)))
          .sorted()
          .toList();
    }
  }

  private static boolean isGenerated(Path file) {
    for (Path part : file) {
      if (part.toString().equals("target") || part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
