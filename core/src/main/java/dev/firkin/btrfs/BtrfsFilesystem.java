package dev.firkin.btrfs;

import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The subvolumes of one mounted btrfs filesystem, as they were when it was asked. Takes root. */
public final class BtrfsFilesystem {
  /** The inode that stands in a snapshot for a subvolume nested in its origin. */
  static final long STUB_INODE = 2;

  private final List<Listed> subvolumes;

  private final Optional<Mount> mount;

  /**
   * @param mount what it was asked through
   */
  private BtrfsFilesystem(List<Listed> subvolumes, Optional<Mount> mount) {
    this.subvolumes = List.copyOf(subvolumes);
    this.mount = mount;
  }

  /**
   * A subvolume of the filesystem.
   *
   * @param info what the kernel knows about it; as of the last commit where it cannot be reached
   * @param fromContaining its path from the root of the subvolume that it lies in; empty for the
   *     top level
   * @param fromTop its path from the top level of the filesystem, absolute
   * @param path where it can be reached, if any mount shows it
   */
  public record Listed(
      SubvolumeInfo info, StreamPath fromContaining, StreamPath fromTop, Optional<Path> path) {}

  /** One whose subvolumes are known already. */
  public static BtrfsFilesystem of(List<Listed> subvolumes) {
    return new BtrfsFilesystem(subvolumes, Optional.empty());
  }

  /**
   * Lists the subvolumes of the filesystem that {@code anywhere} lies on.
   *
   * @throws BtrfsException where it is no btrfs, or this user may not list it
   */
  public static BtrfsFilesystem of(Path anywhere) throws BtrfsException {
    try {
      List<Mount> mounts = Mount.ofFilesystem(anywhere);
      List<Listed> listed = new ArrayList<>();
      for (RootTree.Found found : RootTree.read(anywhere)) {
        listed.add(
            reached(mounts, found)
                .orElseGet(() ->
                    new Listed(
                        found.info(), found.fromContaining(), found.fromTop(), Optional.empty())));
      }
      return new BtrfsFilesystem(listed, mounts.stream().findFirst());
    } catch (IOException e) {
      throw Subvolumes.explain(anywhere, e);
    }
  }

  /** All subvolumes that have a UUID: the top level, then the others as they were made. */
  public List<Listed> subvolumes() {
    return subvolumes;
  }

  /**
   * Those that the mount shows which this filesystem was asked through: among them {@code btrfs
   * receive} looks for parents, and nowhere else.
   */
  public List<Listed> inItsMount() {
    return subvolumes.stream()
        .filter(s -> s.path().isPresent())
        .filter(s -> mount.flatMap(m -> m.seen(RawPath.of(s.fromTop().toBytes()))).isPresent())
        .toList();
  }

  /** The subvolume that {@code snapshot} was taken of, if it is still there. */
  public Optional<Listed> originOf(SubvolumeInfo snapshot) {
    return snapshot
        .parentUuid()
        .flatMap(
            parent -> subvolumes.stream().filter(s -> s.info().uuid().equals(parent)).findFirst());
  }

  /** The read-only snapshots of the subvolume with this UUID. */
  public List<Listed> snapshotsOf(SubvolumeUuid origin) {
    return subvolumes.stream()
        .filter(s -> s.info().readOnly())
        .filter(s -> s.info().parentUuid().equals(Optional.of(origin)))
        .toList();
  }

  /**
   * The read-only subvolumes that were received as {@code streamUuid}, or are it. {@code btrfs
   * receive} takes the first that it finds as a parent, so that more than one is worth a warning.
   */
  public List<Listed> sentAs(SubvolumeUuid streamUuid) {
    return subvolumes.stream()
        .filter(s -> s.info().readOnly())
        .filter(s -> s.info().streamUuid().equals(streamUuid))
        .toList();
  }

  /** The read-only subvolumes that have a received UUID. */
  public List<Listed> received() {
    return subvolumes.stream()
        .filter(s -> s.info().readOnly() && s.info().receivedUuid().isPresent())
        .toList();
  }

  /**
   * The paths inside {@code snapshot} where its origin has a subvolume of its own, which a send
   * leaves out.
   *
   * <p>The snapshot itself keeps no list of them: there they are empty directories with inode 2,
   * which only a walk through the whole tree would find. So the origin's are looked up one by one.
   * What was deleted or moved in the origin since the snapshot was taken is not found; neither is
   * anything where the origin is gone.
   *
   * @param snapshot a path at which {@code info} was read
   */
  public List<StreamPath> nestedIn(Path snapshot, SubvolumeInfo info) throws BtrfsException {
    Optional<Listed> origin = originOf(info);
    List<StreamPath> nested = new ArrayList<>();
    if (origin.isEmpty()) {
      return nested;
    }
    for (Listed candidate : subvolumes) {
      if (candidate.info().containingId() == origin.get().info().id()) {
        Path stub = RawPath.resolve(snapshot, candidate.fromContaining().toBytes());
        try {
          if (Files.exists(stub, LinkOption.NOFOLLOW_LINKS)
              && FileFacts.of(stub).inode() == STUB_INODE) {
            nested.add(candidate.fromContaining());
          }
        } catch (IOException e) {
          throw Subvolumes.explain(stub, e);
        }
      }
    }
    return nested;
  }

  /**
   * By the first path that leads to this very subvolume: another mount may hide one of them. What
   * the kernel says there is newer than the tree of roots, which lags behind by a transaction.
   */
  private static Optional<Listed> reached(List<Mount> mounts, RootTree.Found found)
      throws IOException {
    Path fromTop = RawPath.of(found.fromTop().toBytes());
    for (Mount mount : mounts) {
      Optional<Path> seen = mount.seen(fromTop);
      if (seen.isPresent() && Files.isDirectory(seen.get(), LinkOption.NOFOLLOW_LINKS)) {
        Optional<SubvolumeInfo> there = Subvolumes.infoIfAny(seen.get());
        if (there.isPresent() && there.get().uuid().equals(found.info().uuid())) {
          return Optional.of(
              new Listed(there.get(), found.fromContaining(), found.fromTop(), seen));
        }
      }
    }
    return Optional.empty();
  }
}
