package dev.firkin.cli.json;

import dev.firkin.repository.model.SnapshotName;
import dev.firkin.transfer.PushProgress;
import dev.firkin.transfer.RestoreProgress;
import java.util.OptionalLong;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The objects that are printed while something runs, one a second. */
public final class ProgressJson {
  private ProgressJson() {}

  /**
   * Of a push.
   *
   * @param totalBytes of the stream, where it is known
   */
  public static String push(
      SnapshotName name,
      PushProgress.Counts counts,
      OptionalLong totalBytes,
      OptionalLong secondsLeft,
      long storedBytesPerSecond,
      boolean storeUnreachable) {
    ObjectNode node =
        progress("push").put("snapshot", name.toString()).put("streamBytes", counts.streamBytes());
    totalBytes.ifPresent(total -> node.put("totalBytes", total));
    secondsLeft.ifPresent(left -> node.put("secondsLeft", left));
    return node.put("addedChunks", counts.added().chunks())
        .put("addedBytes", counts.added().plaintextBytes())
        .put("addedStoredBytes", counts.added().storedBytes())
        .put("storedBytesPerSecond", storedBytesPerSecond)
        .put("skippedBytes", counts.skippedBytes())
        .put("storeUnreachable", storeUnreachable)
        .toString();
  }

  /** Of a restore, over all of its snapshots. */
  public static String restore(
      String what,
      RestoreProgress progress,
      long totalBytes,
      OptionalLong secondsLeft,
      boolean storeUnreachable) {
    ObjectNode node =
        progress("restore")
            .put("doing", what)
            .put("streamBytes", progress.streamBytes())
            .put("totalBytes", totalBytes);
    secondsLeft.ifPresent(left -> node.put("secondsLeft", left));
    return node.put("fetchedChunks", progress.fetchedChunks())
        .put("fetchedBytes", progress.fetchedBytes())
        .put("storeUnreachable", storeUnreachable)
        .toString();
  }

  /** Of a verify. */
  public static String verify(RestoreProgress progress, boolean storeUnreachable) {
    return progress("verify")
        .put("readChunks", progress.fetchedChunks())
        .put("readBytes", progress.fetchedBytes())
        .put("storeUnreachable", storeUnreachable)
        .toString();
  }

  /** Of a prune. */
  public static String prune(long lookedChunks, long deletedObjects) {
    return progress("prune")
        .put("lookedChunks", lookedChunks)
        .put("deletedObjects", deletedObjects)
        .toString();
  }

  private static ObjectNode progress(String command) {
    return JsonNodeFactory.instance.objectNode().put("type", "progress").put("command", command);
  }
}
