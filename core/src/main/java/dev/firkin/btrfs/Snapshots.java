package dev.firkin.btrfs;

import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes and deletes read-only snapshots. Takes root.
 *
 * <p>By the kernel's own calls: the program {@code btrfs} puts a snapshot <em>into</em> what has
 * its name already, and deletes by a path at which something else may be by then.
 */
public final class Snapshots {
  private static final long SYNC = 0x9408L;
  private static final long SNAPSHOT_CREATE = 0x50009417L;
  private static final long SUBVOLUME_DESTROY = 0x5000943fL;

  private Snapshots() {}

  /**
   * Makes a read-only snapshot of {@code source} in {@code folder}, and waits until all of it is on
   * the disk, as {@code btrfs send} needs it. Never replaces anything.
   *
   * @param name of the new directory entry, in UTF-8
   * @throws BtrfsException where it was not made; or, as its message then says, was made but is not
   *     known to be on the disk
   * @throws IllegalArgumentException if the name is none of a directory entry
   */
  public static SnapshotListing.Entry create(Path source, Path folder, String name)
      throws BtrfsException {
    byte[] bytes = nameBytes(name);
    Subvolumes.info(source);
    Subvolumes.requireOnBtrfs(folder);
    Path path = RawPath.resolve(folder, bytes);
    try (Arena arena = Arena.ofConfined();
        Libc.OpenFile from = Libc.open(source);
        Libc.OpenFile into = Libc.open(folder)) {
      try {
        into.ioctl(SNAPSHOT_CREATE, VolumeArgument.readOnlySnapshot(arena, from, bytes));
      } catch (ErrnoException e) {
        throw notMade(source, folder, path, e);
      }
      try {
        into.ioctl(SYNC, MemorySegment.NULL);
      } catch (ErrnoException e) {
        throw new BtrfsException(
            path
                + " was made, but the file system could not be synchronised, so that it may not"
                + " last: "
                + e.getMessage(),
            "look into the kernel's log (dmesg)",
            e);
      }
    } catch (IOException e) {
      throw Subvolumes.explain(source, e);
    }
    return new SnapshotListing.Entry(name, path, Subvolumes.info(path));
  }

  /**
   * Deletes a read-only snapshot. It is gone from its folder at once; the kernel frees its space
   * later.
   *
   * @param expected the UUID of what is to be deleted; whatever else is there stays
   * @throws BtrfsException where it was not deleted: nothing or something else is there, it is
   *     writable, it is sent at the moment, or subvolumes are nested in it
   */
  public static void delete(Path snapshot, SubvolumeUuid expected) throws BtrfsException {
    try (Arena arena = Arena.ofConfined();
        Libc.OpenFile open = Libc.open(snapshot)) {
      SubvolumeInfo info = Subvolumes.info(snapshot, open);
      if (!info.uuid().equals(expected)) {
        throw new BtrfsException(
            snapshot
                + " is the subvolume "
                + info.uuid()
                + ", not "
                + expected
                + ", so it was not deleted",
            "somebody put another one there; 'btrfs subvolume show "
                + snapshot
                + "' tells more about it");
      }
      if (!info.readOnly()) {
        throw new BtrfsException(
            snapshot + " is writable, so it may be in use, and was not deleted",
            "delete it yourself: btrfs subvolume delete " + snapshot);
      }
      try {
        // Ids are never given twice, and this one is of the very file system that is open here.
        open.ioctl(SUBVOLUME_DESTROY, VolumeArgument.ofId(arena, info.id()));
      } catch (ErrnoException e) {
        throw notDeleted(snapshot, info, e);
      }
    } catch (IOException e) {
      throw Subvolumes.explain(snapshot, e);
    }
  }

  /**
   * Whether a subvolume may have changed since {@code snapshot} was taken of it; writes that are
   * still in memory count.
   *
   * <p>What is false is certain. True may be wrong: after a balance, or after somebody took another
   * snapshot of the subvolume. The count of its changes alone, its ctransid, would not do that, but
   * misses what the kernel restores of fsynced files after a crash. Taking {@code snapshot} itself
   * is no change, even into a folder inside the subvolume; making or deleting others there is.
   *
   * @param snapshot as listed; true where it is none of {@code source}, or is writable
   */
  public static boolean changedSince(Path source, SubvolumeInfo snapshot) throws BtrfsException {
    try (Libc.OpenFile open = Libc.open(source)) {
      open.ioctl(SYNC, MemorySegment.NULL);
      SubvolumeInfo now = Subvolumes.info(source, open);
      boolean ofIt = snapshot.parentUuid().filter(now.uuid()::equals).isPresent();
      return !ofIt
          || snapshot.unsafeAsParent().isPresent()
          // A transaction ends with the snapshots that are taken in it: what comes after them has a
          // higher number.
          || Math.max(now.generation(), now.ctransid()) > snapshot.otransid();
    } catch (IOException e) {
      throw Subvolumes.explain(source, e);
    }
  }

  private static byte[] nameBytes(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0
        || bytes.length > VolumeArgument.MAX_NAME_BYTES) {
      throw new IllegalArgumentException("'" + name + "' cannot name a snapshot");
    }
    return bytes;
  }

  private static BtrfsException notMade(Path source, Path folder, Path path, ErrnoException e) {
    String what = "no snapshot of " + source + " was made: ";
    return switch (e.errno()) {
      case ErrnoException.EEXIST ->
          new BtrfsException(what + path + " exists already", "move it away, or name another", e);
      case ErrnoException.EXDEV ->
          new BtrfsException(
              what + folder + " is on another file system",
              "a snapshot lies on the file system of its origin: name a folder there",
              e);
      case ErrnoException.EROFS ->
          new BtrfsException(
              what + folder + " cannot be written to, for it is read-only",
              "name a folder in a writable subvolume that is mounted for writing",
              e);
      case ErrnoException.EPERM, ErrnoException.EACCES ->
          new BtrfsException(what + e.getMessage(), "run firkin as root", e);
      case ErrnoException.ETXTBSY ->
          new BtrfsException(
              what + "it holds a swap file in use",
              "keep the swap file in a subvolume of its own, or swapoff before",
              e);
      case ErrnoException.ENOSPC, ErrnoException.EDQUOT ->
          new BtrfsException(
              what + e.getMessage(),
              "delete old snapshots; see 'btrfs filesystem usage " + folder + "'",
              e);
      default -> new BtrfsException(what + e.getMessage(), "see the kernel's log (dmesg)", e);
    };
  }

  private static BtrfsException notDeleted(Path snapshot, SubvolumeInfo info, ErrnoException e)
      throws BtrfsException {
    String what = snapshot + " was not deleted: ";
    return switch (e.errno()) {
      case ErrnoException.ENOTEMPTY ->
          new BtrfsException(
              what + "subvolumes are nested in it: " + String.join(", ", nestedIn(snapshot, info)),
              "it was writable once, and they may be in use; delete them first",
              e);
      case ErrnoException.EPERM, ErrnoException.EBUSY ->
          new BtrfsException(
              what
                  + (BtrfsTool.isRoot()
                      ? "it is sent at the moment, or is what the file system mounts by default"
                      : e.getMessage()),
              BtrfsTool.isRoot()
                  ? "try again later; 'btrfs subvolume get-default "
                      + snapshot
                      + "' shows the default"
                  : "run firkin as root",
              e);
      case ErrnoException.EROFS ->
          new BtrfsException(
              what + "its file system is mounted read-only", "mount it for writing", e);
      case ErrnoException.ENOTTY ->
          new BtrfsException(
              what + "this kernel cannot delete a subvolume by its id",
              "Linux 5.7 and newer can; or delete it yourself: btrfs subvolume delete " + snapshot,
              e);
      default -> new BtrfsException(what + e.getMessage(), "see the kernel's log (dmesg)", e);
    };
  }

  private static List<String> nestedIn(Path snapshot, SubvolumeInfo info) throws BtrfsException {
    return BtrfsFilesystem.of(snapshot).subvolumes().stream()
        .filter(s -> s.info().containingId() == info.id())
        .map(s -> s.fromContaining().toString())
        .toList();
  }
}
