package dev.firkin.cli.session;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** What the kernel does with this process when a signal comes. */
@SuppressWarnings("restricted")
final class SignalActions {
  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  /** {@code SIG_DFL}. */
  private static final MemorySegment DEFAULT = MemorySegment.NULL;

  private SignalActions() {}

  /**
   * From now on SIGHUP, SIGINT and SIGTERM end this process at once. Java takes no notice of a
   * second one while its shutdown hooks are at work, and has no call for this.
   */
  static void reset() {
    Linker linker = Linker.nativeLinker();
    MethodHandle signal =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("signal"),
            FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
    try {
      for (int each : List.of(SIGHUP, SIGINT, SIGTERM)) {
        var _ = (MemorySegment) signal.invokeExact(each, DEFAULT);
      }
    } catch (Throwable e) { // a method handle may throw anything; this one nothing
      throw new IllegalStateException("signal(2) failed", e);
    }
  }
}
