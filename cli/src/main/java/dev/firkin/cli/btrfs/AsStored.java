package dev.firkin.cli.btrfs;

import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.StreamInfo.Parent;
import dev.firkin.repository.model.StreamInfo.Subvolume;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Whether what is on a disk is still what is stored under its uuid. */
public final class AsStored {
  private AsStored() {}

  /**
   * Why it may be something else by now, so that no delta should go on it. Of what was taken here
   * its ctransid tells, by all the streams that name it; of what was received, which has another
   * one on each disk, only that it is writable. Deduplication counts as a change: the kernel does
   * not tell the two apart.
   *
   * @param catalog where nothing is stored under its uuid, only what can be seen of it here counts
   */
  public static Optional<String> doubt(SubvolumeInfo info, Catalog catalog) {
    return info.unsafeAsParent().or(() -> changed(info, catalog, manifest -> true));
  }

  /**
   * As the other, by what this host has sent alone: a host that received it and sent it on names
   * the ctransid of its own disk.
   */
  public static Optional<String> doubt(SubvolumeInfo info, Catalog catalog, String host) {
    return info.unsafeAsParent().or(() -> changed(info, catalog, host));
  }

  /**
   * What says that it is another than this host has sent under its uuid; nothing where it has sent
   * none.
   */
  public static Optional<String> changed(SubvolumeInfo info, Catalog catalog, String host) {
    return changed(info, catalog, manifest -> manifest.source().host().equals(host));
  }

  private static Optional<String> changed(
      SubvolumeInfo info, Catalog catalog, Predicate<Manifest> by) {
    if (info.receivedUuid().isPresent()) {
      return Optional.empty();
    }
    return catalog.manifests().stream()
        .filter(by)
        .flatMap(manifest -> manifest.stream().subvolumes().stream())
        .flatMap(subvolume -> ctransids(subvolume, info.uuid()))
        .map(info::unsafeAsParent)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** That a stream names for it, as what it brings or as what it goes on. */
  private static Stream<Long> ctransids(Subvolume subvolume, SubvolumeUuid uuid) {
    return subvolume.uuid().equals(uuid)
        ? Stream.of(subvolume.ctransid())
        : subvolume.parent().stream().filter(p -> p.uuid().equals(uuid)).map(Parent::ctransid);
  }
}
