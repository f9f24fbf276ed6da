package dev.firkin.btrfs;

import dev.firkin.sendstream.StreamPath;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tree of tree roots, which lists every subvolume of a filesystem; read by {@code
 * BTRFS_IOC_TREE_SEARCH}, which takes root. The text that {@code btrfs subvolume list} prints
 * cannot be parsed where names contain line feeds.
 */
final class RootTree {
  private static final long TREE_SEARCH = 0xd0009411L;
  private static final long INO_LOOKUP = 0xd0009412L;
  private static final int ARGUMENT_BYTES = 4096;
  private static final int SEARCH_KEY_BYTES = 104;
  private static final int ITEM_HEADER_BYTES = 32;

  private static final long ROOT_TREE = 1;
  private static final long TOP_LEVEL = 5;
  private static final long FIRST_SUBVOLUME = 256;
  private static final long LAST_SUBVOLUME = -256;
  private static final int ROOT_ITEM = 132;
  private static final int ROOT_BACKREF = 144;

  /** Where a subvolume is: the entry {@code name} of a directory of another one. */
  private record Place(long containingId, long directory, StreamPath name) {}

  private final Libc.OpenFile file;
  private final Map<Long, byte[]> items = new TreeMap<>();
  private final Map<Long, Place> places = new TreeMap<>();

  private RootTree(Libc.OpenFile file) {
    this.file = file;
  }

  /**
   * A subvolume and its place.
   *
   * @param fromContaining its path from the root of the subvolume it lies in
   * @param fromTop its path from the top level of the filesystem, absolute
   */
  record Found(SubvolumeInfo info, StreamPath fromContaining, StreamPath fromTop) {}

  /** Every subvolume that exists and has a UUID, by id, the top level first. */
  static List<Found> read(Path anywhere) throws IOException {
    try (Libc.OpenFile file = Libc.open(anywhere)) {
      RootTree tree = new RootTree(file);
      tree.search();
      List<Found> found = new ArrayList<>();
      for (long id : tree.items.keySet()) {
        tree.found(id).ifPresent(found::add);
      }
      return found;
    }
  }

  private Optional<Found> found(long id) throws IOException {
    byte @Nullable [] item = items.get(id);
    if (id == TOP_LEVEL && item != null) {
      StreamPath nowhere = StreamPath.of("");
      return SubvolumeLayout.ofRootItem(id, 0, nowhere, item)
          .map(info -> new Found(info, nowhere, StreamPath.of("/")));
    }
    Place place = places.get(id);
    if (place == null || item == null) {
      // Deleted, and only waiting to be cleaned up.
      return Optional.empty();
    }
    Optional<SubvolumeInfo> info =
        SubvolumeLayout.ofRootItem(id, place.containingId(), place.name(), item);
    byte @Nullable [] fromContaining = fromContaining(place);
    byte @Nullable [] fromTop = fromTop(id, places.size());
    if (info.isEmpty() || fromContaining == null || fromTop == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Found(info.get(), StreamPath.of(fromContaining), StreamPath.of(fromTop)));
  }

  private byte @Nullable [] fromTop(long id, int deepest) throws IOException {
    if (id == TOP_LEVEL) {
      return new byte[0];
    }
    Place place = places.get(id);
    if (place == null || deepest < 0) {
      return null;
    }
    byte @Nullable [] above = fromTop(place.containingId(), deepest - 1);
    byte @Nullable [] below = fromContaining(place);
    return above == null || below == null ? null : joined(joined(above, new byte[] {'/'}), below);
  }

  /** Null where the directory was removed meanwhile. */
  private byte @Nullable [] fromContaining(Place place) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(ARGUMENT_BYTES, Long.BYTES);
      argument.set(ValueLayout.JAVA_LONG, 0, place.containingId());
      argument.set(ValueLayout.JAVA_LONG, 8, place.directory());
      file.ioctl(INO_LOOKUP, argument);
      byte[] answer = argument.toArray(ValueLayout.JAVA_BYTE);
      int end = 16;
      while (end < answer.length && answer[end] != 0) {
        end++;
      }
      // Ends with a slash, or is empty in the root directory.
      return joined(Arrays.copyOfRange(answer, 16, end), place.name().toBytes());
    } catch (ErrnoException e) {
      if (e.errno() == ErrnoException.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  private void search() throws IOException {
    long objectId = TOP_LEVEL;
    long type = 0;
    long offset = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(ARGUMENT_BYTES, Long.BYTES);
      while (true) {
        argument.fill((byte) 0);
        argument.set(ValueLayout.JAVA_LONG, 0, ROOT_TREE);
        argument.set(ValueLayout.JAVA_LONG, 8, objectId);
        argument.set(ValueLayout.JAVA_LONG, 16, LAST_SUBVOLUME);
        argument.set(ValueLayout.JAVA_LONG, 24, offset);
        argument.set(ValueLayout.JAVA_LONG, 32, -1L);
        argument.set(ValueLayout.JAVA_LONG, 48, -1L);
        argument.set(ValueLayout.JAVA_INT, 56, (int) type);
        argument.set(ValueLayout.JAVA_INT, 60, 255);
        argument.set(ValueLayout.JAVA_INT, 64, Integer.MAX_VALUE);
        file.ioctl(TREE_SEARCH, argument);
        ByteBuffer answer =
            ByteBuffer.wrap(argument.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.LITTLE_ENDIAN);
        int count = answer.getInt(64);
        if (count == 0) {
          return;
        }
        int at = SEARCH_KEY_BYTES;
        for (int i = 0; i < count; i++) {
          objectId = answer.getLong(at + 8);
          offset = answer.getLong(at + 16);
          type = answer.getInt(at + 24) & 0xffff_ffffL;
          int length = answer.getInt(at + 28);
          byte[] item = new byte[length];
          answer.get(at + ITEM_HEADER_BYTES, item);
          keep(objectId, type, offset, item);
          at += ITEM_HEADER_BYTES + length;
        }
        // The search is by whole keys: go on behind the last one.
        offset++;
        if (offset == 0) {
          type++;
        }
      }
    }
  }

  private void keep(long objectId, long type, long offset, byte[] item) {
    if (objectId != TOP_LEVEL && objectId < FIRST_SUBVOLUME) {
      return; // A tree of the filesystem's own.
    }
    if (type == ROOT_ITEM) {
      items.put(objectId, item);
    } else if (type == ROOT_BACKREF) {
      ByteBuffer b = ByteBuffer.wrap(item).order(ByteOrder.LITTLE_ENDIAN);
      int nameLength = b.getShort(16) & 0xffff;
      StreamPath name = StreamPath.of(Arrays.copyOfRange(item, 18, 18 + nameLength));
      places.put(objectId, new Place(offset, b.getLong(0), name));
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
