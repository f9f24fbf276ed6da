package dev.firkin.it.engine;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsReceive;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.store.ObjectStore;
import dev.firkin.transfer.Producer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushProgress;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.PushResult;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.StreamRestore;
import dev.firkin.transfer.Verify;
import dev.firkin.transfer.VerifyReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A machine with a configuration folder of its own, one store, and one repository open in it. */
public final class Host {
  /** Small chunks, so that small streams have many. */
  public static final ChunkerParameters SMALL_CHUNKS = ChunkerParameters.ofAverage(64 << 10);

  static final int WORKERS = 4;

  private final Path folder;
  private final Repository repository;

  private Host(Path folder, Repository repository) {
    this.folder = folder;
    this.repository = repository;
  }

  /** Makes an encrypted repository for these recipients; the host itself reads no data of it. */
  public static Host create(
      Path folder, ObjectStore store, ChunkerParameters chunker, AgeIdentity... readers)
      throws FirkinException {
    List<AgeRecipient> recipients = List.of(readers).stream().map(AgeIdentity::recipient).toList();
    return create(
        folder, store, chunker, new Protection(recipients, Optional.empty(), PassphraseKdf.BCRYPT));
  }

  /** Makes a repository. */
  public static Host create(
      Path folder, ObjectStore store, ChunkerParameters chunker, Protection protection)
      throws FirkinException {
    return new Host(folder, repositories(folder).create(store, chunker, protection));
  }

  /** Opens a repository with what {@code folder} holds and these identities. */
  public static Host open(Path folder, ObjectStore store, AgeIdentity... identities)
      throws FirkinException {
    return new Host(folder, repositories(folder).open(store, credentials(identities)));
  }

  /** The repositories that the host with this folder knows. */
  public static Repositories repositories(Path folder) {
    return new Repositories(new KnownRepositories(folder.resolve("config")));
  }

  /** Identities alone. */
  public static Credentials credentials(AgeIdentity... identities) {
    return new Credentials(List.of(identities), Optional.empty());
  }

  public Repository repository() {
    return repository;
  }

  /** Its snapshots, with its cache. */
  public Snapshots snapshots() {
    return repository.snapshots(ObjectCache.in(folder.resolve("state")));
  }

  /** Pushes, whatever the stream turns out to be. */
  public PushResult push(String volume, String name, Producer producer)
      throws FirkinException, InterruptedException {
    return push(volume, name, Optional.empty(), producer);
  }

  /** Pushes a stream that must turn out to be what is expected. */
  public PushResult push(
      String volume, String name, Optional<PushRequest.Expected> expected, Producer producer)
      throws FirkinException, InterruptedException {
    PushRequest request =
        new PushRequest(
            new SnapshotName(volume, name),
            expected,
            "test-host",
            Optional.empty(),
            Optional.empty(),
            List.of(),
            "firkin it-tests");
    Push.Start start = expected.isPresent() ? Push.Start.FROM_CHECKPOINT : Push.Start.FROM_ZERO;
    try (Lease lease =
        repository
            .leases()
            .take(LeaseMode.SHARED, "push", request.host(), Duration.ZERO, found -> {})) {
      return new Push(repository, snapshots(), lease, WORKERS, new PushProgress())
          .run(request, producer, start);
    }
  }

  /** Restores one stream. */
  public void restore(Manifest manifest, OutputStream out)
      throws FirkinException, InterruptedException {
    new StreamRestore(repository, WORKERS, new RestoreProgress()).write(manifest, out);
  }

  /** Restores one stream into memory. */
  public byte[] restore(Manifest manifest) throws FirkinException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    restore(manifest, out);
    return out.toByteArray();
  }

  /** The chunks that a run names, in its order. */
  public List<ChunkRef> references(ChunkRun run) throws FirkinException {
    return switch (run.references()) {
      case ChunkRun.References.Inline inline -> inline.refs();
      case ChunkRun.References.Paged paged -> {
        List<ChunkRef> refs = new ArrayList<>();
        for (PageId page : paged.pages()) {
          refs.addAll(repository.pages().read(page));
        }
        yield refs;
      }
    };
  }

  /** Restores a snapshot and what it is based on through {@code btrfs receive}. */
  public void receive(Manifest wanted, Path directory)
      throws FirkinException, InterruptedException, IOException {
    for (Manifest manifest : snapshots().load().chain(wanted, Set.of())) {
      StreamInfo.Subvolume subvolume = manifest.stream().subvolumes().getFirst();
      try (BtrfsReceive receive = BtrfsReceive.start(directory)) {
        restore(manifest, receive.input());
        receive.finish(StreamPath.of(subvolume.name()), subvolume.uuid());
      }
    }
  }

  /** Verifies, reading this part of the data. */
  public VerifyReport verify(double sample) throws FirkinException, InterruptedException {
    return new Verify(
            repository,
            repository.snapshots(ObjectCache.none()),
            List.of(),
            WORKERS,
            sample,
            new RestoreProgress())
        .run();
  }
}
