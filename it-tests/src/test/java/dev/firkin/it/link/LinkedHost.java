package dev.firkin.it.link;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.it.engine.Host;
import dev.firkin.it.engine.Producers;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.decorator.GaugedStore;
import dev.firkin.store.decorator.Line;
import dev.firkin.store.decorator.OutageListener;
import dev.firkin.store.decorator.PacedStore;
import dev.firkin.store.decorator.RetryPolicy;
import dev.firkin.store.decorator.RetryingStore;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushProgress;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.PushResult;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.StreamRestore;
import dev.firkin.transfer.VerifyReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A host with a bucket at the other end of a link, its store wrapped as the program does it. */
final class LinkedHost implements AutoCloseable {
  /** As long as the program's 30 seconds are in earnest. */
  static final Duration STALL = Duration.ofSeconds(2);

  private static final int WORKERS = 4;

  private final Path folder;
  private final AgeIdentity identity = AgeIdentity.generate();
  private final ObjectStore direct;
  private final ObjectStore linked;
  private final Line line = new Line();
  private final FaultyLink link;

  private LinkedHost(Path folder, TestBucket bucket, FaultyLink link, Duration stall)
      throws FirkinException, IOException {
    this.folder = folder;
    this.link = link;
    this.direct = bucket.store("here", folder);
    ObjectStore store =
        bucket.store(
            "here",
            folder,
            options ->
                options
                    .withEndpoint(link.endpoint())
                    .withStallTimeout(stall)
                    .withConnections(WORKERS + 2));
    this.linked =
        new RetryingStore(
            new PacedStore(new GaugedStore(store, line), WORKERS + 2, line),
            RetryPolicy.outagesUpTo(Duration.ofMinutes(3)),
            OutageListener.silent());
  }

  /** With a repository, made on a way that no fault is on. */
  static LinkedHost create(
      Path folder, TestBucket bucket, FaultyLink link, Duration stall, ChunkerParameters chunker)
      throws FirkinException, IOException {
    LinkedHost host = new LinkedHost(folder, bucket, link, stall);
    Host.create(folder, host.direct, chunker, host.identity);
    return host;
  }

  FaultyLink link() {
    return link;
  }

  /** Pushes through the link. */
  PushResult push(byte[] stream) throws FirkinException, InterruptedException {
    Repository repository = Host.open(folder, linked).repository();
    PushRequest request =
        new PushRequest(
            new SnapshotName("home", "made"),
            Optional.empty(),
            "test-host",
            Optional.empty(),
            Optional.empty(),
            List.of(),
            "firkin it-tests");
    try (Lease lease =
        repository
            .leases()
            .take(LeaseMode.SHARED, "push", request.host(), Duration.ZERO, found -> {})) {
      return new Push(
              repository,
              repository.snapshots(ObjectCache.none()),
              lease,
              WORKERS,
              new PushProgress(),
              line)
          .run(request, Producers.of(stream), Push.Start.FROM_ZERO);
    }
  }

  /** Restores through the link. */
  byte[] restore(Manifest manifest) throws FirkinException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StreamRestore(
            Host.open(folder, linked, identity).repository(), WORKERS, new RestoreProgress())
        .write(manifest, out);
    return out.toByteArray();
  }

  /** Reads everything on a way that no fault is on. */
  VerifyReport verify() throws FirkinException, InterruptedException {
    return Host.open(folder, direct, identity).verify(1);
  }

  @Override
  public void close() {
    linked.close();
    direct.close();
  }
}
