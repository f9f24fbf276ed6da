package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.LeaseMode;
import java.time.Duration;

/** Pushes with leases of their own. */
final class TestLeases {
  private TestLeases() {}

  static Lease shared(Repository repository) throws FirkinException, InterruptedException {
    return repository
        .leases()
        .take(LeaseMode.SHARED, "push", "test-host", Duration.ZERO, found -> {});
  }

  /** Holds a lease for as long as it runs. */
  static PushResult push(
      Repository repository, int workers, PushRequest request, Producer producer, Push.Start start)
      throws FirkinException, InterruptedException {
    try (producer;
        Lease lease = shared(repository)) {
      return new Push(
              repository,
              repository.snapshots(ObjectCache.none()),
              lease,
              workers,
              new PushProgress())
          .run(request, producer, start);
    }
  }
}
