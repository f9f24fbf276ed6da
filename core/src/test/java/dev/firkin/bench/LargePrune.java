package dev.firkin.bench;

import dev.firkin.chunk.Hash256;
import dev.firkin.disposal.Prune;
import dev.firkin.disposal.PruneProgress;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.Source;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The memory of a prune: of a repository whose manifests and pages are real, and whose chunks are
 * only listed. Nine of ten are named; the rest is condemned.
 *
 * <p>Arguments: {@code make} or {@code prune}, the folder of a repository that was made by {@code
 * firkin init}, the configuration folder of the host that did it, and how many chunks.
 */
public final class LargePrune {
  private static final int PAGES_OF_A_SNAPSHOT = 16;

  private LargePrune() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[1]);
    long chunks = Long.parseLong(args[3]);
    Repositories host = new Repositories(new KnownRepositories(Path.of(args[2])));
    try (ImaginedChunks store =
        new ImaginedChunks(
            ObjectStores.open(StoreUrl.parse(args[1]), StoreOptions.defaults()), chunks)) {
      switch (args[0]) {
        case "make" -> make(host.open(new UnsyncedFolder(store, folder), Credentials.NONE), chunks);
        case "prune" -> prune(host.open(store, Credentials.NONE));
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  private static void make(Repository repository, long chunks) throws Exception {
    Snapshots snapshots = repository.snapshots(ObjectCache.none());
    long named = chunks / 10 * 9;
    long each = (long) PAGES_OF_A_SNAPSHOT * ChunkRun.PAGE_REFS;
    for (long from = 0; from < named; from += each) {
      long to = Math.min(named, from + each);
      List<PageId> pages = new ArrayList<>();
      for (long first = from; first < to; first += ChunkRun.PAGE_REFS) {
        pages.add(
            repository
                .pages()
                .store(
                    LongStream.range(first, Math.min(to, first + ChunkRun.PAGE_REFS))
                        .mapToObj(n ->
                            new ChunkRef(ImaginedChunks.id(n), 32, ImaginedChunks.STORED_BYTES))
                        .toList()));
      }
      long count = to - from;
      ChunkRun data =
          new ChunkRun(
              32 * count,
              count,
              ImaginedChunks.STORED_BYTES * count,
              new ChunkRun.References.Paged(pages));
      SnapshotName name = new SnapshotName("large", "from-" + from);
      StreamInfo stream =
          new StreamInfo(new StreamInfo.Kind.Opaque(), data.bytes(), new Hash256(from, 1, 2, 3));
      Instant time = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(from);
      snapshots.commit(
          new Manifest(
              repository.config().id(),
              snapshots.id(SnapshotIdentity.of(name, stream.kind())),
              name,
              stream,
              ChunkRun.EMPTY,
              data,
              new Source("bench", Optional.empty(), Optional.of(time), time, time, List.of(), ""),
              new Added(count, data.bytes(), data.storedBytes())));
    }
  }

  private static void prune(Repository repository) throws Exception {
    try (Lease lease =
        repository
            .leases()
            .take(LeaseMode.EXCLUSIVE, "bench", "bench", Duration.ZERO, found -> {})) {
      System.out.println(
          new Prune(
                  repository,
                  repository.snapshots(ObjectCache.none()),
                  List.of(),
                  lease,
                  new Prune.Options(Duration.ofDays(7), false, false),
                  new PruneProgress())
              .run());
    }
  }
}
