package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Repository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.store.decorator.Line;
import java.time.Duration;

/** Pushes with leases of their own. */
public final class TestLeases {
  private TestLeases() {}

  public static Lease shared(Repository repository) throws FirkinException, InterruptedException {
    return repository
        .leases()
        .take(LeaseMode.SHARED, "push", "test-host", Duration.ZERO, found -> {});
  }

  /** Holds a lease for as long as it runs. */
  public static PushResult push(
      Repository repository, int workers, PushRequest request, Producer producer, Push.Start start)
      throws FirkinException, InterruptedException {
    return push(repository, workers, request, producer, start, Line.wide());
  }

  /** The same, over a line that may be bad. */
  public static PushResult push(
      Repository repository,
      int workers,
      PushRequest request,
      Producer producer,
      Push.Start start,
      Line line)
      throws FirkinException, InterruptedException {
    try (producer;
        Lease lease = shared(repository)) {
      return new Push(
              repository,
              repository.snapshots(ObjectCache.none()),
              lease,
              workers,
              new PushProgress(),
              line)
          .run(request, producer, start);
    }
  }
}
