package dev.firkin.btrfs;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A running {@code btrfs send}. A stream is complete only if it says so itself and the program has
 * exited with 0.
 */
public final class BtrfsSend implements AutoCloseable {
  private final ChildProcess process;

  private BtrfsSend(ChildProcess process) {
    this.process = process;
  }

  /**
   * What to send and how.
   *
   * @param snapshot a read-only subvolume
   * @param parent to send a delta on
   * @param protocol 1 or 2
   * @param compressedData to send compressed extents as they are; takes protocol 2 and Linux 6.0
   * @param noData to say only how large the extents are
   */
  public record Request(
      Path snapshot, Optional<Path> parent, int protocol, boolean compressedData, boolean noData) {
    public Request {
      if (protocol < 1 || protocol > 2) {
        throw new IllegalArgumentException("protocol " + protocol);
      }
      if (compressedData && protocol < 2) {
        throw new IllegalArgumentException("compressed data takes protocol 2");
      }
    }

    /** A full send by protocol 1. */
    public static Request full(Path snapshot) {
      return new Request(snapshot, Optional.empty(), 1, false, false);
    }

    /** A delta by protocol 1. */
    public static Request delta(Path parent, Path snapshot) {
      return new Request(snapshot, Optional.of(parent), 1, false, false);
    }

    public Request withProtocol(int newProtocol) {
      return new Request(snapshot, parent, newProtocol, compressedData, noData);
    }

    public Request withCompressedData() {
      return new Request(snapshot, parent, 2, true, noData);
    }

    /** The same without file contents, to learn its size from. */
    public Request withoutData() {
      return new Request(snapshot, parent, protocol, compressedData, true);
    }

    /** The options, without the program and the paths, as they are worth being recorded. */
    public List<String> options() {
      List<String> options = new ArrayList<>();
      // Programs older than 5.19 know protocol 1 only, and no option for it.
      if (protocol != 1) {
        options.add("--proto");
        options.add(Integer.toString(protocol));
      }
      if (compressedData) {
        options.add("--compressed-data");
      }
      if (noData) {
        options.add("--no-data");
      }
      return options;
    }
  }

  /**
   * Starts sending.
   *
   * @throws BtrfsException where btrfs is not installed, this is not root, or a path is no
   *     read-only subvolume
   */
  public static BtrfsSend start(Request request) throws BtrfsException {
    List<String> arguments = new ArrayList<>(List.of("send", "-q"));
    arguments.addAll(request.options());
    if (request.parent().isPresent()) {
      arguments.add("-p");
      arguments.add(BtrfsTool.argument(sendable(request.parent().get())));
    }
    arguments.add(BtrfsTool.argument(sendable(request.snapshot())));
    return new BtrfsSend(ChildProcess.producer("btrfs send", BtrfsTool.command(arguments)));
  }

  /** The stream; it ends also where the program was killed. */
  public InputStream stream() {
    return process.stdout();
  }

  public long pid() {
    return process.pid();
  }

  /** Waits for the program's end; the stream must have been read to its own. */
  public ChildExit await() throws InterruptedException {
    return process.await();
  }

  /** Ends the program where it still runs. */
  @Override
  public void close() {
    process.close();
  }

  private static Path sendable(Path path) throws BtrfsException {
    if (!Subvolumes.info(path).readOnly()) {
      throw new BtrfsException(
          path + " is not read-only, so it cannot be sent",
          "make a read-only snapshot: btrfs subvolume snapshot -r " + path + " SNAPSHOT");
    }
    return path;
  }
}
