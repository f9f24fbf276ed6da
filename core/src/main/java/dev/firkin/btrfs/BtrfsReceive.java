package dev.firkin.btrfs;

import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A running {@code btrfs receive}. Its exit status alone proves nothing: what counts is whether the
 * subvolume is there, read-only, and received as the one that was sent.
 *
 * <p>A stream is to be received under a {@linkplain Partials partial name} (see {@code
 * SubvolumeRename} of the {@code sendstream} package) and {@linkplain #publish published} once it
 * is complete: so what an interruption leaves can be told from everything else by its name.
 */
public final class BtrfsReceive implements AutoCloseable {
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

  /** Ends the program where it still runs; what it made so far stays, as partial. */
  @Override
  public void close() {
    process.close();
  }
}
