package dev.firkin.cli.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who is told of a run.
 *
 * @param before a program and its arguments; empty: none
 * @param after the same
 * @param pingUrl that is fetched, as health checks want it
 * @param timeout after which a program is ended
 */
public record Hooks(
    List<String> before, List<String> after, Optional<URI> pingUrl, Duration timeout) {
  /** Where nothing else is said: a dump of a database takes its time. */
  public static final Duration USUAL_TIMEOUT = Duration.ofHours(1);

  /** Nobody. */
  public static final Hooks NONE = new Hooks(List.of(), List.of(), Optional.empty(), USUAL_TIMEOUT);

  public Hooks {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }
}
