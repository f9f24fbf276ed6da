package dev.firkin.cli.nightly;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.Source;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Manifests of what is yet to be sent: for asking what retention would make of them. */
final class PlannedManifest {
  private static final Hash256 UNKNOWN = new Hash256(0, 0, 0, 0);

  /** Of which nothing is asked but that there is one: no stream is empty. */
  private static final ChunkRun A_BYTE =
      ChunkRun.inline(List.of(new ChunkRef(new ChunkId(UNKNOWN), 1, 1)));

  private PlannedManifest() {}

  /**
   * @param parent what it is to be sent on
   * @param time of the snapshot
   * @param host that it is to be recorded with
   */
  static Manifest of(
      LocalSnapshot snapshot,
      Optional<SubvolumeUuid> parent,
      Instant time,
      String host,
      RepositoryId repository) {
    SubvolumeUuid uuid = snapshot.uuid();
    StreamInfo.Subvolume subvolume =
        new StreamInfo.Subvolume(
            snapshot.name().name(),
            uuid,
            snapshot.info().ctransid(),
            parent.map(p -> new StreamInfo.Parent(p, 0)));
    return new Manifest(
        repository,
        new SnapshotId(new Hash256(uuid.mostSignificantBits(), uuid.leastSignificantBits(), 0, 0)),
        snapshot.name(),
        new StreamInfo(new StreamInfo.Kind.Btrfs(1, List.of(subvolume)), 1, UNKNOWN),
        ChunkRun.EMPTY,
        A_BYTE,
        new Source(host, Optional.empty(), Optional.of(time), time, time, List.of(), "planned"),
        new Added(0, 0, 0));
  }

  /** What is stored, and what is planned with, in the order of a catalog. */
  static Catalog catalog(Catalog stored, List<Manifest> planned) {
    List<Manifest> all = new ArrayList<>(stored.manifests());
    all.addAll(planned);
    all.sort(Comparator.comparing(Manifest::time));
    return new Catalog(all, stored.damaged());
  }
}
