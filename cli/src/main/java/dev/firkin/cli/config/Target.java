package dev.firkin.cli.config;

import dev.firkin.cli.text.Bandwidth;
import dev.firkin.retention.RetentionPolicy;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A repository, and how it is spoken to.
 *
 * @param name by which the file and people call it
 * @param storeOptions what the options of the same names say, but for the number of connections
 * @param keys what opens it
 * @param limitUpload of all that is sent to it
 * @param limitDownload of all that is fetched from it
 * @param compression zstd level of new chunks, 1 to 19; empty: what {@code push} takes
 * @param jobs chunks worked on at once, 1 to 64; empty: what {@code push} takes
 * @param maxOutage how long to wait for a store that cannot be reached
 * @param window pushes go on within it only; empty: at any time
 * @param retention of what a volume has there, unless the volume says otherwise
 * @param pruneEvery how often what nothing needs is removed; empty: never
 * @param pruneGrace how old that has to be
 * @param missingParents whether deltas lie there whose parents never did, by will
 */
public record Target(
    String name,
    StoreUrl url,
    StoreOptions storeOptions,
    Keys keys,
    Optional<Bandwidth> limitUpload,
    Optional<Bandwidth> limitDownload,
    OptionalInt compression,
    OptionalInt jobs,
    Optional<Duration> maxOutage,
    Optional<PushWindow> window,
    RetentionPolicy retention,
    Optional<Duration> pruneEvery,
    Duration pruneGrace,
    boolean missingParents) {

  /**
   * By what files a repository is opened; a host that has joined needs none to push.
   *
   * @param identityFiles of age
   * @param passphraseFile holds it in its one line
   */
  public record Keys(List<Path> identityFiles, Optional<Path> passphraseFile) {
    public Keys {
      identityFiles = List.copyOf(identityFiles);
    }
  }
}
