package dev.firkin.cli.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Sends a datagram to a UNIX socket, which Java cannot: it has such sockets for streams only. By
 * this process itself, for systemd listens to a program that we start only until that has ended.
 */
@SuppressWarnings("restricted")
final class UnixDatagram {
  /** {@code sun_path}, without the NUL that ends the path of a file. */
  static final int MAX_ADDRESS_BYTES = 107;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int FAMILY_BYTES = 2;

  private static final MethodHandle SOCKET =
      function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private UnixDatagram() {}

  /**
   * Sends, or fails at once where the receiver has no room.
   *
   * @param address a path, or NUL and an abstract name
   */
  static void send(byte[] address, byte[] message) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      MemorySegment to = arena.allocate(FAMILY_BYTES + MAX_ADDRESS_BYTES + 1L, Short.BYTES);
      to.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(address, 0, to, JAVA_BYTE, FAMILY_BYTES, address.length);
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, message);
      int socket = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      check("socket", socket, state);
      try {
        // An abstract name is all bytes up to the end; the path of a file is read up to its NUL.
        long sent =
            (long)
                SENDTO.invokeExact(
                    state,
                    socket,
                    bytes,
                    (long) message.length,
                    MSG_DONTWAIT | MSG_NOSIGNAL,
                    to,
                    FAMILY_BYTES + address.length);
        check("sendto", sent, state);
      } finally {
        check("close", (int) CLOSE.invokeExact(state, socket), state);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native function throws nothing", e);
    }
  }

  private static void check(String call, long result, MemorySegment state) throws IOException {
    if (result == -1) {
      throw new IOException(call + " failed with errno " + (int) ERRNO.get(state, 0L));
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }
}
