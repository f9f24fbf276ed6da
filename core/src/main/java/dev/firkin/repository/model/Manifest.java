package dev.firkin.repository.model;

import java.time.Instant;

/**
 * A snapshot: what it is, and the chunks it consists of. The commit object; what has none does not
 * exist.
 */
public record Manifest(
    RepositoryId repository,
    SnapshotId id,
    SnapshotName name,
    StreamInfo stream,
    ChunkRun commands,
    ChunkRun data,
    Source source,
    Added added) {
  /**
   * @throws IllegalArgumentException if its parts contradict each other
   */
  public Manifest {
    if (commands.bytes() + data.bytes() != stream.bytes()) {
      throw new IllegalArgumentException(
          "commands of "
              + commands.bytes()
              + " and data of "
              + data.bytes()
              + " bytes do not make a stream of "
              + stream.bytes());
    }
    if (commands.storedBytes() > Long.MAX_VALUE - data.storedBytes()) {
      throw new IllegalArgumentException("a snapshot that no store could hold");
    }
    if (stream.kind() instanceof StreamInfo.Kind.Opaque && commands.chunks() != 0) {
      throw new IllegalArgumentException("an opaque stream has no commands");
    }
  }

  public SnapshotIdentity identity() {
    return SnapshotIdentity.of(name, stream.kind());
  }

  /** The same, by a tool of another name. */
  public Manifest withTool(String tool) {
    Source renamed =
        new Source(
            source.host(),
            source.path(),
            source.takenAt(),
            source.startedAt(),
            source.committedAt(),
            source.sendOptions(),
            tool);
    return new Manifest(repository, id, name, stream, commands, data, renamed, added);
  }

  /** The same stream, by other references to its chunks. */
  public Manifest withRuns(ChunkRun newCommands, ChunkRun newData) {
    return new Manifest(repository, id, name, stream, newCommands, newData, source, added);
  }

  /** When the snapshot was taken, as far as that is known: what lists are ordered by. */
  public Instant time() {
    return source.takenAt().orElse(source.committedAt());
  }

  /** Sum of the stored lengths of all references. */
  public long storedBytes() {
    return commands.storedBytes() + data.storedBytes();
  }

  /** Number of references. */
  public long chunks() {
    return commands.chunks() + data.chunks();
  }
}
