package dev.firkin.bench;

import dev.firkin.FirkinException;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.InParallel;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Added;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.Source;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Fills a repository with many tiny chunks, the snapshots that name most of them, each a delta on
 * the one before, and garbage. Every object is made by the program's own code; only the syncs of a
 * file store are left out, which would take hours.
 *
 * <p>Arguments: the folder of a repository that was made by {@code firkin init}, the configuration
 * folder of the host that did it, that host's name, how many chunks, how many snapshots, and which
 * percentage of the chunks is to be garbage.
 */
public final class LargeRepository {
  private static final Instant FIRST = Instant.parse("2010-01-01T02:00:00Z");
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmm").withZone(ZoneOffset.UTC);
  private static final int PLAINTEXT_BYTES = 32;

  private final Repository repository;
  private final Snapshots snapshots;
  private final String host;

  private LargeRepository(Repository repository, String host) {
    this.repository = repository;
    this.snapshots = repository.snapshots(ObjectCache.none());
    this.host = host;
  }

  public static void main(String[] args) throws FirkinException {
    Path folder = Path.of(args[0]);
    int chunks = Integer.parseInt(args[3]);
    int count = Integer.parseInt(args[4]);
    int named = (int) (chunks * (100L - Integer.parseInt(args[5])) / 100);
    Repositories host = new Repositories(new KnownRepositories(Path.of(args[1])));
    try (UnsyncedFolder store =
        new UnsyncedFolder(
            ObjectStores.open(StoreUrl.parse(args[0]), StoreOptions.defaults()), folder)) {
      LargeRepository made = new LargeRepository(host.open(store, Credentials.NONE), args[2]);
      InParallel.each(
          store,
          IntStream.range(0, count).boxed().toList(),
          n -> made.snapshot(n, share(named, count, n)));
      int parts = 100;
      InParallel.each(
          store,
          IntStream.range(0, parts).boxed().toList(),
          n -> made.chunks(new Random(-1L - n), share(chunks - named, parts, n)));
    }
  }

  private static int share(int of, int parts, int part) {
    return (int) ((long) of * (part + 1) / parts - (long) of * part / parts);
  }

  private List<ChunkRef> chunks(Random random, int count) throws FirkinException {
    List<ChunkRef> refs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] plaintext = new byte[PLAINTEXT_BYTES];
      random.nextBytes(plaintext);
      refs.add(repository.chunks().store(repository.chunks().id(plaintext), plaintext).ref());
    }
    return refs;
  }

  private void snapshot(int number, int count) throws FirkinException {
    List<ChunkRef> refs = chunks(new Random(number), count);
    ChunkRun commands = ChunkRun.inline(refs.subList(0, 1));
    ChunkRun data = run(refs.subList(1, count));
    StreamInfo stream =
        new StreamInfo(
            new StreamInfo.Kind.Btrfs(
                1,
                List.of(
                    new StreamInfo.Subvolume("home", uuid(number), 10L + number, parent(number)))),
            commands.bytes() + data.bytes(),
            new Hash256(number, 2, 3, 4));
    Instant taken = FIRST.plus(Duration.ofDays(number));
    SnapshotName name = new SnapshotName("home", "home." + NAME.format(taken));
    Manifest manifest =
        new Manifest(
            repository.config().id(),
            snapshots.id(SnapshotIdentity.of(name, stream.kind())),
            name,
            stream,
            commands,
            data,
            new Source(
                host,
                Optional.of("/mnt/data/" + name.name()),
                Optional.of(taken),
                taken,
                taken.plusSeconds(60),
                List.of(),
                "firkin bench"),
            new Added(count, stream.bytes(), commands.storedBytes() + data.storedBytes()));
    snapshots.commit(manifest);
  }

  private static Optional<StreamInfo.Parent> parent(int number) {
    return number == 0
        ? Optional.empty()
        : Optional.of(new StreamInfo.Parent(uuid(number - 1), 9L + number));
  }

  private static SubvolumeUuid uuid(int number) {
    return new SubvolumeUuid(0x6265_6e63_6800_4000L, Long.MIN_VALUE + number);
  }

  private ChunkRun run(List<ChunkRef> refs) throws FirkinException {
    if (refs.size() <= ChunkRun.MAX_INLINE) {
      return ChunkRun.inline(refs);
    }
    List<PageId> pages = new ArrayList<>();
    for (int from = 0; from < refs.size(); from += ChunkRun.PAGE_REFS) {
      pages.add(
          repository
              .pages()
              .store(refs.subList(from, Math.min(refs.size(), from + ChunkRun.PAGE_REFS))));
    }
    return new ChunkRun(
        refs.stream().mapToLong(ChunkRef::plaintextBytes).sum(),
        refs.size(),
        refs.stream().mapToLong(ChunkRef::storedBytes).sum(),
        new ChunkRun.References.Paged(pages));
  }
}
