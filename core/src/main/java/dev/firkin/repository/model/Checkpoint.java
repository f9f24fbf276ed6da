package dev.firkin.repository.model;

import java.time.Instant;
import java.util.List;

/**
 * How far an unfinished push is.
 *
 * @param id of the upload: the snapshot id that its first subvolume alone gives
 * @param streamBytes of the stream that are stored, from its beginning
 * @param commandPages stored since the checkpoint before
 * @param dataPages stored since the checkpoint before
 */
public record Checkpoint(
    RepositoryId repository,
    SnapshotId id,
    SnapshotName name,
    String host,
    Instant at,
    long streamBytes,
    List<PageId> commandPages,
    List<PageId> dataPages) {
  public Checkpoint {
    commandPages = List.copyOf(commandPages);
    dataPages = List.copyOf(dataPages);
  }
}
