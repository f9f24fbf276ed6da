package dev.firkin.cli.btrfs;

import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.StreamInfo.Parent;
import dev.firkin.repository.model.StreamInfo.Subvolume;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether what is on a disk is still what is stored under its uuid. */
public final class AsStored {
  private AsStored() {}

  /**
   * Why it may be something else by now. Deduplication counts as a change: the kernel does not tell
   * the two apart.
   *
   * @param catalog where nothing is stored under its uuid, only what can be seen of it here counts
   */
  public static Optional<String> doubt(SubvolumeInfo info, Catalog catalog) {
    return info.unsafeAsParent().or(() -> changed(info, catalog));
  }

  /**
   * What says that it is another than was sent under its uuid: no stream names its ctransid, though
   * some name it. Of several, for a host that has received it and sends it on names the ctransid of
   * its own disk; where none but such a host has sent it, this is a false alarm. Of what was
   * received here itself it cannot be told.
   */
  public static Optional<String> changed(SubvolumeInfo info, Catalog catalog) {
    if (info.receivedUuid().isPresent()) {
      return Optional.empty();
    }
    List<Long> sent =
        catalog.manifests().stream()
            .flatMap(manifest -> manifest.stream().subvolumes().stream())
            .flatMap(subvolume -> ctransids(subvolume, info.uuid()))
            .toList();
    return sent.isEmpty() || sent.contains(info.ctransid())
        ? Optional.empty()
        : info.unsafeAsParent(sent.getLast());
  }

  /** That a stream names for it, as what it brings or as what it goes on. */
  private static Stream<Long> ctransids(Subvolume subvolume, SubvolumeUuid uuid) {
    return subvolume.uuid().equals(uuid)
        ? Stream.of(subvolume.ctransid())
        : subvolume.parent().stream().filter(p -> p.uuid().equals(uuid)).map(Parent::ctransid);
  }
}
