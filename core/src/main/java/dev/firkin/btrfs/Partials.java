package dev.firkin.btrfs;

import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What subvolumes are called while they are received, and the proof that one was left half-made.
 *
 * <p>The name holds the UUID of the snapshot, which nobody gives to a subvolume by chance, and a
 * random part: a receive that outlives its killed parent by a moment finds files by their paths,
 * and must not write into what a later run makes.
 */
public final class Partials {
  /** What the names of unfinished restores begin with. */
  public static final String PREFIX = ".firkin-partial-";

  private static final int RANDOM_BYTES = 4;

  private Partials() {}

  /** A name that nothing has, for receiving the snapshot. */
  public static StreamPath newName(SubvolumeUuid snapshot) {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return StreamPath.of(PREFIX + snapshot + "-" + HexFormat.of().formatHex(random));
  }

  /** The directories in {@code directory} that have such a name for the snapshot. */
  public static List<Path> of(SubvolumeUuid snapshot, Path directory) throws BtrfsException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(directory, e -> isNameFor(snapshot, e))) {
      entries.forEach(found::add);
    } catch (DirectoryIteratorException e) {
      throw Subvolumes.explain(directory, new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw Subvolumes.explain(directory, e);
    }
    return found;
  }

  private static boolean isNameFor(SubvolumeUuid snapshot, Path path) {
    Pattern name = Pattern.compile(Pattern.quote(PREFIX + snapshot) + "-[0-9a-f]{8}");
    return name.matcher(String.valueOf(path.getFileName())).matches()
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Why something is not provably what a receive of the snapshot left half-made; empty where it is.
   * Holds only while nobody receives into that directory.
   *
   * @param delta whether the snapshot is received on a parent, of which the kernel keeps a trace
   */
  public static Optional<String> doubt(Path path, SubvolumeUuid snapshot, boolean delta)
      throws BtrfsException {
    if (!isNameFor(snapshot, path)) {
      return Optional.of("it has not the name of one");
    }
    if (!Subvolumes.isSubvolume(path)) {
      return Optional.of("it is no subvolume");
    }
    SubvolumeInfo info = Subvolumes.info(path);
    if (info.readOnly()) {
      return Optional.of("it is read-only, as what is complete");
    }
    if (info.parentUuid().isPresent() != delta) {
      return Optional.of(delta ? "it is no snapshot" : "it is a snapshot of something");
    }
    // The last thing but one that a receive does is to set the received UUID.
    boolean neverComplete = info.receivedUuid().isEmpty() && info.rtransid() == 0;
    boolean justComplete =
        info.receivedUuid().equals(Optional.of(snapshot)) && info.ctransid() <= info.rtransid();
    return neverComplete || justComplete
        ? Optional.empty()
        : Optional.of("it was complete, and made writable afterwards");
  }

  /**
   * Deletes what a receive of the snapshot left half-made.
   *
   * @throws BtrfsException where there is a {@link #doubt}, or it cannot be deleted
   */
  public static void delete(Path path, SubvolumeUuid snapshot, boolean delta)
      throws BtrfsException, InterruptedException {
    Optional<String> doubt = doubt(path, snapshot, delta);
    if (doubt.isPresent()) {
      throw new BtrfsException(
          path
              + " is not provably what an interrupted restore left ("
              + doubt.get()
              + "), so it was not deleted",
          "look at it, and delete it yourself: btrfs subvolume delete " + path);
    }
    List<String> command =
        BtrfsTool.command(List.of("subvolume", "delete", BtrfsTool.argument(path)));
    try (ChildProcess delete = ChildProcess.consumer("btrfs subvolume delete", command)) {
      ChildExit exit = delete.await();
      if (!exit.succeeded() || Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new BtrfsException(exit.describe(), "delete " + path + " yourself");
      }
    }
  }
}
