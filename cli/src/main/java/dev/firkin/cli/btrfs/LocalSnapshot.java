package dev.firkin.cli.btrfs;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsFilesystem;
import dev.firkin.btrfs.BtrfsTool;
import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.btrfs.Subvolumes;
import dev.firkin.cli.session.UsageException;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A read-only subvolume on this host that can be sent.
 *
 * @param path absolute, without symbolic links
 * @param name what it is to be called in the repository
 */
public record LocalSnapshot(
    Path path, SubvolumeInfo info, BtrfsFilesystem filesystem, SnapshotName name) {

  /**
   * Examines what a user named.
   *
   * @param volume that the user named, if any
   */
  public static LocalSnapshot of(Path given, Optional<String> volume) throws FirkinException {
    SubvolumeInfo info = Subvolumes.info(given);
    if (!info.readOnly()) {
      throw new BtrfsException(
          given + " is not read-only, so it cannot be sent",
          "make a read-only snapshot: btrfs subvolume snapshot -r " + given + " SNAPSHOT");
    }
    BtrfsTool.requirePresent();
    BtrfsTool.requireRoot("btrfs send");
    Path path;
    try {
      path = given.toRealPath();
    } catch (IOException e) {
      throw new BtrfsException(given + " cannot be examined: " + e.getMessage(), null, e);
    }
    BtrfsFilesystem filesystem = BtrfsFilesystem.of(path);
    return new LocalSnapshot(path, info, filesystem, name(path, info, filesystem, volume));
  }

  /** By which the repository and every receiver know it. */
  public SubvolumeUuid uuid() {
    return info.streamUuid();
  }

  private static SnapshotName name(
      Path path, SubvolumeInfo info, BtrfsFilesystem filesystem, Optional<String> given)
      throws UsageException {
    String volume = given.orElseGet(() -> volume(path, info, filesystem));
    try {
      return new SnapshotName(volume, lastName(path));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          path + " cannot be stored under its own name: " + e.getMessage(),
          "use --volume NAME, or make a snapshot under a plain name");
    }
  }

  /** After the writable subvolume it was taken of, else after its folder. */
  private static String volume(Path path, SubvolumeInfo info, BtrfsFilesystem filesystem) {
    Set<SubvolumeUuid> seen = new HashSet<>();
    Optional<BtrfsFilesystem.Listed> origin = filesystem.originOf(info);
    // What was received as a delta is a snapshot of the snapshot before it.
    while (origin.isPresent()
        && origin.get().info().readOnly()
        && seen.add(origin.get().info().uuid())) {
      origin = filesystem.originOf(origin.get().info());
    }
    String name =
        origin
            .filter(o -> !o.info().readOnly())
            .map(o -> o.info().name().toString())
            .orElseGet(() -> lastName(path.resolveSibling("")));
    return plain(name);
  }

  /**
   * Distributions call subvolumes {@code @} and {@code @home}; a volume's name has no {@code @}.
   */
  static String plain(String subvolume) {
    String name = subvolume.replaceFirst("^@+", "");
    return name.isEmpty() && !subvolume.isEmpty() ? "root" : name;
  }

  private static String lastName(Path path) {
    Path last = path.getFileName();
    return last == null ? "" : last.toString();
  }
}
