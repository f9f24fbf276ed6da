package dev.firkin.btrfs;

import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A running {@code btrfs receive}. Its exit status alone proves nothing: what counts is whether the
 * subvolume is there, read-only, and received as the one that was sent.
 *
 * <p>A stream is to be received under a {@linkplain #partialName partial name} (see {@code
 * SubvolumeRename} of the {@code sendstream} package) and {@linkplain #publish published} once it
 * is complete: so what an interruption leaves can be told from everything else by its name.
 */
public final class BtrfsReceive implements AutoCloseable {
  /** What the names of unfinished restores begin with. */
  public static final String PARTIAL_PREFIX = ".firkin-partial-";

  private final ChildProcess process;
  private final Path directory;

  private BtrfsReceive(ChildProcess process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /**
   * What a receive ended with.
   *
   * @param subvolume complete and read-only
   * @param path where it is
   * @param complaint what the program complained about all the same
   */
  public record Received(SubvolumeInfo subvolume, Path path, Optional<String> complaint) {}

  /**
   * Starts receiving into a directory.
   *
   * @throws BtrfsException where btrfs is not installed, this is not root, or {@code directory} is
   *     no directory on a btrfs
   */
  public static BtrfsReceive start(Path directory) throws BtrfsException {
    List<String> command =
        BtrfsTool.command(List.of("receive", "-q", BtrfsTool.argument(directory)));
    Subvolumes.requireOnBtrfs(directory);
    return new BtrfsReceive(ChildProcess.consumer("btrfs receive", command), directory);
  }

  /** The name to receive {@code finalName} under. */
  public static StreamPath partialName(StreamPath finalName, SubvolumeUuid uuid) {
    byte[] prefix = PARTIAL_PREFIX.getBytes(StandardCharsets.US_ASCII);
    byte[] name = finalName.toBytes();
    byte[] joined = Arrays.copyOf(prefix, prefix.length + name.length);
    System.arraycopy(name, 0, joined, prefix.length, name.length);
    StreamPath partial = StreamPath.of(joined);
    return partial.isPlainName() ? partial : StreamPath.of(PARTIAL_PREFIX + uuid);
  }

  /** The path of an entry of {@code directory}. */
  public static Path entry(Path directory, StreamPath name) {
    if (!name.isPlainName()) {
      throw new IllegalArgumentException("not a plain name: " + name);
    }
    return RawPath.resolve(directory, name.toBytes());
  }

  /** Takes the stream; a write that fails says what the program said. */
  public OutputStream input() {
    return process.stdin();
  }

  public long pid() {
    return process.pid();
  }

  /**
   * Closes the input, waits for the program's end and looks at what it made.
   *
   * @param name that the stream gives its subvolume
   * @param uuid that the stream gives it
   * @throws BtrfsException where the subvolume is not there, or not complete
   */
  public Received finish(StreamPath name, SubvolumeUuid uuid)
      throws BtrfsException, InterruptedException {
    String broken = "";
    try {
      process.stdin().close();
    } catch (IOException e) {
      broken = String.valueOf(e.getMessage());
    }
    ChildExit exit = process.await();
    Path path = entry(directory, name);
    Optional<SubvolumeInfo> complete = ifComplete(path, uuid);
    if (complete.isEmpty()) {
      throw new BtrfsException(
          exit.succeeded() && !broken.isEmpty()
              ? broken
              : exit.describe() + "; " + path + " is not complete",
          "nothing complete was lost; restore again");
    }
    return new Received(
        complete.get(), path, exit.succeeded() ? Optional.empty() : Optional.of(exit.describe()));
  }

  /** The subvolume at {@code path}, if it is read-only and was received as {@code uuid}. */
  public static Optional<SubvolumeInfo> ifComplete(Path path, SubvolumeUuid uuid)
      throws BtrfsException {
    if (!Subvolumes.isSubvolume(path)) {
      return Optional.empty();
    }
    SubvolumeInfo info = Subvolumes.info(path);
    return info.readOnly() && info.receivedUuid().equals(Optional.of(uuid))
        ? Optional.of(info)
        : Optional.empty();
  }

  /**
   * Gives a complete subvolume its final name, beside its partial one, and never replaces anything.
   *
   * @throws BtrfsException where something has that name already
   */
  public static Path publish(Path partial, StreamPath finalName) throws BtrfsException {
    Path target = entry(partial.resolveSibling(""), finalName);
    try {
      Libc.renameExclusively(partial, target);
      return target;
    } catch (ErrnoException e) {
      String hint =
          e.errno() == ErrnoException.EEXIST
              ? "move it out of the way; the restored subvolume is complete and waits as " + partial
              : "the restored subvolume is complete and waits as " + partial;
      throw new BtrfsException(target + " cannot be made: " + e.getMessage(), hint, e);
    }
  }

  /**
   * Deletes what an interrupted receive left, if it is provably that: a subvolume with a partial
   * name, writable, without a received UUID.
   *
   * @throws BtrfsException where it is anything else, or cannot be deleted
   */
  public static void deletePartial(Path path) throws BtrfsException, InterruptedException {
    SubvolumeInfo info = Subvolumes.info(path);
    boolean partialName =
        path.getFileName() != null && path.getFileName().toString().startsWith(PARTIAL_PREFIX);
    if (!partialName || info.readOnly() || info.receivedUuid().isPresent()) {
      throw new BtrfsException(
          path + " is not provably what an interrupted restore left, so it was not deleted",
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

  /** Ends the program where it still runs; what it made so far stays, as partial. */
  @Override
  public void close() {
    process.close();
  }
}
