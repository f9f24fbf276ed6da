package dev.firkin.s3;

import dev.firkin.store.StoreInterruptedException;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;

/**
 * Keeps the SDK's native runtime at work until it is closed. By itself it ends with the first
 * signal, and fails what a program that was told to end still has to write: "Attempt to use a JVM
 * that has already been destroyed".
 */
final class NativeRuntime implements AutoCloseable {
  private final AtomicBoolean held = new AtomicBoolean(true);

  private NativeRuntime() {}

  /**
   * Holds it.
   *
   * @throws StoreInterruptedException if it has ended
   */
  static NativeRuntime hold(String location) throws StoreInterruptedException {
    try {
      CRT.acquireShutdownRef();
      return new NativeRuntime();
    } catch (CrtRuntimeException e) {
      throw new StoreInterruptedException(
          location, null, location + " could not be opened: the program ends", null, e);
    }
  }

  @Override
  public void close() {
    if (held.getAndSet(false)) {
      CRT.releaseShutdownRef();
    }
  }
}
