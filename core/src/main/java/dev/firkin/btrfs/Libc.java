package dev.firkin.btrfs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Arrays;

/** The few C functions that Java has no equivalent of; each throws its errno. Thread-safe. */
@SuppressWarnings("restricted")
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final int AT_FDCWD = -100;
  private static final int RENAME_NOREPLACE = 1;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;

  private static final MethodHandle OPEN =
      function(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL =
      function(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle FCNTL =
      function(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle FLOCK =
      function("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle RENAMEAT2 =
      function(
          "renameat2",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle LLISTXATTR =
      function("llistxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle LGETXATTR =
      function("lgetxattr", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(symbol("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private Libc() {}

  /** Something to ask the kernel about. */
  static final class OpenFile implements AutoCloseable {
    private final int descriptor;

    private OpenFile(int descriptor) {
      this.descriptor = descriptor;
    }

    /** For a call that takes it in a structure; good until this is closed. */
    int descriptor() {
      return descriptor;
    }

    /** Passes {@code argument} in and leaves in it what the kernel answered. */
    void ioctl(long request, MemorySegment argument) throws ErrnoException {
      call("ioctl", state -> (int) IOCTL.invokeExact(state, descriptor, request, argument));
    }

    /** Lets a pipe, this being an end of it, hold {@code bytes}. */
    void holdInPipe(int bytes) throws ErrnoException {
      call("fcntl", state -> (int) FCNTL.invokeExact(state, descriptor, F_SETPIPE_SZ, bytes));
    }

    /** Whether this is now locked, until it is closed, against everybody else who asks. */
    boolean tryLock() throws ErrnoException {
      try {
        call("flock", state -> (int) FLOCK.invokeExact(state, descriptor, LOCK_EX | LOCK_NB));
        return true;
      } catch (ErrnoException e) {
        if (e.errno() == ErrnoException.EWOULDBLOCK) {
          return false;
        }
        throw e;
      }
    }

    @Override
    public void close() throws ErrnoException {
      call("close", state -> (int) CLOSE.invokeExact(state, descriptor));
    }
  }

  /** Opens for reading, without waiting for the other end of a FIFO. */
  static OpenFile open(Path path) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = cString(arena, RawPath.bytes(path));
      return new OpenFile(
          (int) call("open", state -> (int) OPEN.invokeExact(state, name, O_CLOEXEC | O_NONBLOCK)));
    }
  }

  /** Renames; fails with {@code EEXIST} instead of replacing anything. */
  static void renameExclusively(Path from, Path to) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = cString(arena, RawPath.bytes(from));
      MemorySegment target = cString(arena, RawPath.bytes(to));
      call(
          "rename",
          state ->
              (int)
                  RENAMEAT2.invokeExact(
                      state, AT_FDCWD, source, AT_FDCWD, target, RENAME_NOREPLACE));
    }
  }

  /** The names of the extended attributes, each with a NUL behind it; follows no symbolic link. */
  static byte[] listXattrs(Path path) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = cString(arena, RawPath.bytes(path));
      return sized(
          arena,
          (buffer, size) ->
              call(
                  "llistxattr", state -> (long) LLISTXATTR.invokeExact(state, name, buffer, size)));
    }
  }

  /** The value of an extended attribute; follows no symbolic link. */
  static byte[] xattr(Path path, byte[] attribute) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = cString(arena, RawPath.bytes(path));
      MemorySegment key = cString(arena, attribute);
      return sized(
          arena,
          (buffer, size) ->
              call(
                  "lgetxattr",
                  state -> (long) LGETXATTR.invokeExact(state, name, key, buffer, size)));
    }
  }

  @FunctionalInterface
  private interface Native {
    long invoke(MemorySegment state) throws Throwable;
  }

  @FunctionalInterface
  private interface SizedCall {
    long into(MemorySegment buffer, long size) throws ErrnoException;
  }

  /** Asks for the size, then for the bytes; again where they grew in between. */
  private static byte[] sized(Arena arena, SizedCall sizedCall) throws ErrnoException {
    while (true) {
      long size = sizedCall.into(MemorySegment.NULL, 0);
      if (size == 0) {
        return new byte[0];
      }
      MemorySegment buffer = arena.allocate(size);
      try {
        long filled = sizedCall.into(buffer, size);
        return buffer.asSlice(0, filled).toArray(ValueLayout.JAVA_BYTE);
      } catch (ErrnoException e) {
        if (e.errno() != ErrnoException.ERANGE) {
          throw e;
        }
      }
    }
  }

  private static long call(String name, Native function) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      long result;
      try {
        result = function.invoke(state);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError("a native function throws nothing", e);
      }
      if (result == -1) {
        int errno = (int) ERRNO.get(state, 0L);
        throw new ErrnoException(name, errno, textOf(errno));
      }
      return result;
    }
  }

  private static String textOf(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(1024).getString(0);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native function throws nothing", e);
    }
  }

  private static MemorySegment cString(Arena arena, byte[] bytes) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, Arrays.copyOf(bytes, bytes.length + 1));
  }

  private static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(symbol(name), descriptor, all);
  }

  private static MemorySegment symbol(String name) {
    return LINKER.defaultLookup().findOrThrow(name);
  }
}
