package dev.firkin.cli.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Who is told of a run.
 *
 * @param before a program and its arguments; empty: none
 * @param after the same
 * @param pingUrl that is fetched, as health checks want it
 */
public record Hooks(List<String> before, List<String> after, Optional<URI> pingUrl) {
  /** Nobody. */
  public static final Hooks NONE = new Hooks(List.of(), List.of(), Optional.empty());

  public Hooks {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }
}
