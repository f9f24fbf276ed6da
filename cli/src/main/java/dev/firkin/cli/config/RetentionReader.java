package dev.firkin.cli.config;

import dev.firkin.retention.Preserve;
import dev.firkin.retention.PreserveMin;
import dev.firkin.retention.RetentionPolicy;
import java.util.Optional;

/** Reads {@code preserve_min} and {@code preserve} of a table. */
final class RetentionReader {
  private static final String MIN = "preserve_min";
  private static final String PRESERVE = "preserve";

  private RetentionReader() {}

  /**
   * @param otherwise what holds where one of the two is not said
   */
  static RetentionPolicy read(Section section, RetentionPolicy otherwise) {
    Optional<PreserveMin> min = section.parsed(MIN, PreserveMin::parse);
    Optional<Preserve> preserve = section.parsed(PRESERVE, Preserve::parse);
    RetentionPolicy policy =
        new RetentionPolicy(
            min.orElse(otherwise.min()),
            preserve.orElse(otherwise.preserve()),
            otherwise.calendar());
    boolean minIsWrong = section.has(MIN) && min.isEmpty();
    if (policy.min() instanceof PreserveMin.All
        && !minIsWrong
        && preserve.isPresent()
        && !preserve.get().equals(Preserve.NO)) {
      section.problem(
          PRESERVE,
          section.named(PRESERVE) + " changes nothing: preserve_min is \"all\"",
          "remove it, or say for how long all are kept, such as preserve_min = \"2d\"");
    }
    return policy;
  }
}
