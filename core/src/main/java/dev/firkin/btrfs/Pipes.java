package dev.firkin.btrfs;

import java.nio.file.Path;

/**
 * Makes pipes larger. By default they hold 64 KiB, so that a producer and its reader wait for each
 * other all the time. Only for speed: where it does not work, nothing is lost.
 */
public final class Pipes {
  /** What Linux lets anybody have. */
  private static final int BYTES = 1 << 20;

  private Pipes() {}

  /** Makes larger what a running child of ours writes to as its standard output. */
  public static void widenOutput(Process child) {
    widen(Path.of("/proc/" + child.pid() + "/fd/1"));
  }

  /** Makes larger what a running child of ours reads as its standard input. */
  public static void widenInput(Process child) {
    widen(Path.of("/proc/" + child.pid() + "/fd/0"));
  }

  /** Makes larger what this process reads as its standard input, if that is a pipe. */
  public static void widenOwnInput() {
    widen(Path.of("/proc/self/fd/0"));
  }

  /** Through the name of the pipe's end: Java tells nobody the number of its own. */
  private static void widen(Path end) {
    try (Libc.OpenFile pipe = Libc.open(end)) {
      pipe.holdInPipe(BYTES);
    } catch (ErrnoException e) {
      System.getLogger(Pipes.class.getName())
          .log(
              System.Logger.Level.DEBUG, () -> end + " stays as large as it is: " + e.getMessage());
    }
  }
}
