package dev.firkin.it.btrfs;

import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsTool;
import dev.firkin.it.servers.Requirements;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A btrfs filesystem in a sparse file, mounted through a loop device, which the kernel detaches
 * when it is unmounted: by {@link #close}, or when the JVM ends.
 */
public final class LoopBtrfs implements AutoCloseable {
  private static final int BLOCK_BYTES = 4096;
  private static final Set<Path> MOUNTED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(LoopBtrfs::unmountAll));
  }

  private final Path image;
  private final Path mountPoint;

  private LoopBtrfs(Path image, Path mountPoint) {
    this.image = image;
    this.mountPoint = mountPoint;
  }

  /** Skips the running test, or fails it, where no filesystem can be made. */
  public static void need() {
    boolean root;
    try {
      root = BtrfsTool.isRoot();
    } catch (BtrfsException e) {
      throw new AssertionError(e);
    }
    Requirements.need("btrfs", root, "loop-mounted btrfs takes root: run the tests as root");
    for (String program : new String[] {"btrfs", "mkfs.btrfs", "mount", "umount"}) {
      Requirements.need(
          "btrfs", Program.exists(program), program + " is missing: install btrfs-progs, mount");
    }
    Requirements.need(
        "btrfs", Files.exists(Path.of("/dev/loop-control")), "this machine has no loop devices");
  }

  /**
   * Makes and mounts an empty filesystem in files of its own inside {@code folder}, which must
   * outlive it.
   *
   * @param sizeBytes at least 128 MiB; used only as it fills
   * @param mountOptions comma-separated; may be empty
   */
  public static LoopBtrfs in(Path folder, long sizeBytes, String mountOptions) throws IOException {
    need();
    Path home = Files.createTempDirectory(folder, "btrfs-");
    Path image = home.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(sizeBytes);
    }
    Program.run("mkfs.btrfs", "-q", image);
    Path mountPoint = Files.createDirectory(home.resolve("mnt"));
    LoopBtrfs loop = new LoopBtrfs(image, mountPoint);
    loop.mount("loop" + (mountOptions.isEmpty() ? "" : "," + mountOptions), mountPoint);
    return loop;
  }

  /** As {@link #in(Path, long, String)}, of 4 GiB at most. */
  public static LoopBtrfs in(Path folder) throws IOException {
    return in(folder, 4L << 30, "");
  }

  /**
   * The filesystem as it would be found after the power failed now: its disk is copied while it is
   * mounted, and the copy mounted. It has the same identity, so this one is unmounted before.
   */
  public LoopBtrfs asAfterCrash(String mountOptions) throws IOException {
    Path home = Files.createTempDirectory(image.getParent(), "crashed-");
    Path copy = home.resolve("image");
    Program.run("cp", "--sparse=always", image, copy);
    unmount();
    LoopBtrfs crashed = new LoopBtrfs(copy, Files.createDirectory(home.resolve("mnt")));
    crashed.mount("loop," + mountOptions, crashed.mountPoint);
    return crashed;
  }

  /**
   * Changes the bytes of a file on the disk below it, so that the kernel cannot read them any more.
   *
   * @param content of the file, 4 KiB at least; nothing else has the same
   */
  public void rot(byte[] content) throws IOException {
    unmount();
    try (RandomAccessFile disk = new RandomAccessFile(image.toFile(), "rw")) {
      byte[] wanted = Arrays.copyOf(content, BLOCK_BYTES);
      byte[] block = new byte[BLOCK_BYTES];
      for (long at = 0; ; at += BLOCK_BYTES) {
        disk.seek(at);
        disk.readFully(block); // its end is an exception: not found
        if (Arrays.equals(block, wanted)) {
          block[BLOCK_BYTES / 2] ^= 1;
          disk.seek(at);
          disk.write(block);
          break;
        }
      }
    }
    mount("loop", mountPoint);
  }

  /** Where its top level is. */
  public Path path() {
    return mountPoint;
  }

  /** Mounts a subvolume of it a second time, until the whole is closed. */
  public Path mountSubvolume(String pathFromTop) throws IOException {
    Path point = Files.createTempDirectory(image.getParent(), "subvolume-");
    String device = Program.run("findmnt", "-n", "-o", "SOURCE", "--nofsroot", mountPoint).strip();
    MOUNTED.add(point);
    Program.run("mount", "-o", "subvol=" + pathFromTop, device, point);
    return point;
  }

  /** Makes a subvolume. */
  public Path subvolume(String name) throws IOException {
    Path path = mountPoint.resolve(name);
    Program.run("btrfs", "-q", "subvolume", "create", path);
    return path;
  }

  /** Takes a read-only snapshot. */
  public Path snapshot(Path origin, String name) throws IOException {
    Path path = mountPoint.resolve(name);
    Program.run("btrfs", "-q", "subvolume", "snapshot", "-r", origin, path);
    return path;
  }

  /** For a test's end: closes all that were made, even if one fails, or none was. */
  public static void closeAll(@Nullable LoopBtrfs... filesystems) throws IOException {
    IOException failure = null;
    for (LoopBtrfs filesystem : filesystems) {
      try {
        if (filesystem != null) {
          filesystem.close();
        }
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() throws IOException {
    unmount();
    Files.deleteIfExists(image);
  }

  private void unmount() throws IOException {
    for (Path point : Set.copyOf(MOUNTED)) {
      if (point.startsWith(mountPoint.getParent())) {
        Program.run("umount", point);
        MOUNTED.remove(point);
      }
    }
  }

  private void mount(String options, Path point) throws IOException {
    MOUNTED.add(point);
    try {
      Program.run("mount", "-t", "btrfs", "-o", options, image, point);
    } catch (IOException e) {
      MOUNTED.remove(point);
      throw e;
    }
  }

  private static void unmountAll() {
    for (Path point : MOUNTED) {
      try {
        Program.run("umount", "-l", point);
      } catch (IOException e) {
        System.err.println(e.getMessage());
      }
    }
  }
}
