package dev.firkin.cli.btrfs;

import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.repository.Catalog;
import java.util.List;
import java.util.Optional;

/** Whether what is on a disk is still what is stored under its uuid. */
public final class AsStored {
  private AsStored() {}

  /**
   * Why it may be something else by now. Of what was taken here its ctransid tells, by any of the
   * streams that it was sent as; of what was received, which has another one on each disk, only
   * that it is writable. Deduplication counts as a change: the kernel does not tell the two apart.
   *
   * @param catalog where nothing is stored under its uuid, only what can be seen of it here counts
   */
  public static Optional<String> doubt(SubvolumeInfo info, Catalog catalog) {
    Optional<String> here = info.unsafeAsParent();
    if (here.isPresent() || info.receivedUuid().isPresent()) {
      return here;
    }
    List<Long> sent =
        catalog.byUuid(info.uuid()).stream()
            .flatMap(m -> m.stream().subvolumes().stream())
            .filter(s -> s.uuid().equals(info.uuid()))
            .map(s -> s.ctransid())
            .toList();
    return sent.isEmpty() || sent.contains(info.ctransid())
        ? Optional.empty()
        : info.unsafeAsParent(sent.getLast());
  }
}
