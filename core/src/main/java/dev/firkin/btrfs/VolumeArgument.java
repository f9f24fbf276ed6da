package dev.firkin.btrfs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Builds {@code struct btrfs_ioctl_vol_args_v2}, which takes what is to be done to a subvolume. */
final class VolumeArgument {
  /** The longest name, in bytes. */
  static final int MAX_NAME_BYTES = 255;

  private static final int BYTES = 4096;
  private static final int DESCRIPTOR_AT = 0;
  private static final int FLAGS_AT = 16;
  private static final int NAME_OR_ID_AT = 56;

  private static final long READ_ONLY = 1 << 1;
  private static final long BY_ID = 1 << 4;

  private VolumeArgument() {}

  /** For a read-only snapshot of what {@code source} is open at. */
  static MemorySegment readOnlySnapshot(Arena arena, Libc.OpenFile source, byte[] name) {
    MemorySegment argument = arena.allocate(BYTES, Long.BYTES);
    argument.set(ValueLayout.JAVA_LONG, DESCRIPTOR_AT, source.descriptor());
    argument.set(ValueLayout.JAVA_LONG, FLAGS_AT, READ_ONLY);
    MemorySegment.copy(
        MemorySegment.ofArray(Arrays.copyOf(name, name.length + 1)),
        0,
        argument,
        NAME_OR_ID_AT,
        name.length + 1L);
    return argument;
  }

  /** For the subvolume with this id, whatever its name is by now. */
  static MemorySegment ofId(Arena arena, long id) {
    MemorySegment argument = arena.allocate(BYTES, Long.BYTES);
    argument.set(ValueLayout.JAVA_LONG, FLAGS_AT, BY_ID);
    argument.set(ValueLayout.JAVA_LONG, NAME_OR_ID_AT, id);
    return argument;
  }
}
