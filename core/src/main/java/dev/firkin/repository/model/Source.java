package dev.firkin.repository.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a stream came from; information for people, nothing depends on it but the order of lists.
 *
 * @param path of the snapshot on its host; empty for a stream from stdin
 * @param takenAt when the snapshot was taken, by its file system; empty where that is not known
 * @param startedAt when the push that completed it began, by the host's clock
 * @param committedAt when its manifest was written, by the host's clock
 * @param sendOptions of {@code btrfs send}, or the producer's command line is <em>not</em> kept
 */
public record Source(
    String host,
    Optional<String> path,
    Optional<Instant> takenAt,
    Instant startedAt,
    Instant committedAt,
    List<String> sendOptions,
    String tool) {
  public Source {
    sendOptions = List.copyOf(sendOptions);
  }
}
