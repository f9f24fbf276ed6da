package dev.firkin.cli.config;

import dev.firkin.FirkinException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file cannot be used; nothing was done. Says the first problem and knows all of them. */
public final class ConfigException extends FirkinException {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigProblem> problems;

  /**
   * @param problems one at least, by line
   */
  ConfigException(Path file, List<ConfigProblem> problems, @Nullable Throwable cause) {
    super(problems.getFirst().at(file), hint(problems), cause);
    this.problems = List.copyOf(problems);
  }

  /** Of a file that cannot even be read. */
  ConfigException(String message, String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
    this.problems = List.of();
  }

  private static String hint(List<ConfigProblem> problems) {
    String first = problems.getFirst().hint().orElse("correct it");
    int more = problems.size() - 1;
    return more == 0 ? first : first + " ('firkin config check' shows this and " + more + " more)";
  }

  /** All of them, by line; none where the file cannot be read. */
  public List<ConfigProblem> problems() {
    return problems;
  }
}
