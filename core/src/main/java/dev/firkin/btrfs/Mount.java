package dev.firkin.btrfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code /proc/self/mountinfo} (proc_pid_mountinfo(5)) that mounts a btrfs.
 *
 * @param device that all mounts of one filesystem share
 * @param root what of the filesystem is mounted: an absolute path from its top level
 * @param point where
 */
record Mount(String device, Path root, Path point) {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /** All mounts of the filesystem that {@code path} lies on, the one it lies in first. */
  static List<Mount> ofFilesystem(Path path) throws IOException {
    Path real = path.toRealPath();
    List<Mount> all = parse(Files.readAllBytes(MOUNTINFO));
    @Nullable Mount nearest = null;
    for (Mount mount : all) {
      if (real.startsWith(mount.point)
          && (nearest == null || mount.point.getNameCount() >= nearest.point.getNameCount())) {
        nearest = mount;
      }
    }
    List<Mount> same = new ArrayList<>();
    if (nearest != null) {
      same.add(nearest);
      for (Mount mount : all) {
        if (!mount.equals(nearest) && mount.device.equals(nearest.device)) {
          same.add(mount);
        }
      }
    }
    return same;
  }

  /** Where a path from the top level of the filesystem is seen through this mount. */
  Optional<Path> seen(Path fromTop) {
    return fromTop.startsWith(root)
        ? Optional.of(point.resolve(root.relativize(fromTop)).normalize())
        : Optional.empty();
  }

  static List<Mount> parse(byte[] mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    // One char per byte: the paths in it are in no particular encoding.
    for (String line : new String(mountinfo, StandardCharsets.ISO_8859_1).lines().toList()) {
      List<String> fields = List.of(line.split(" ", -1));
      int separator = fields.indexOf("-");
      if (separator >= 6
          && fields.size() > separator + 1
          && fields.get(separator + 1).equals("btrfs")) {
        mounts.add(new Mount(fields.get(2), unescaped(fields.get(3)), unescaped(fields.get(4))));
      }
    }
    return mounts;
  }

  /** Blank, tab, line feed and backslash stand there as three octal digits. */
  private static Path unescaped(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        bytes.write(Integer.parseInt(field, i + 1, i + 4, 8));
        i += 3;
      } else {
        bytes.write(c);
      }
    }
    return RawPath.of(bytes.toByteArray());
  }
}
