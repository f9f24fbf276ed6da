package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsException;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.command.PushRun;
import dev.firkin.cli.command.SnapshotPush;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Failure;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Window;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Chains;
import dev.firkin.repository.Lease;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.StoreFullException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.transfer.PushException;
import dev.firkin.transfer.PushResult;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Brings what is due of a volume into a repository, and notes what is known of it then. */
final class VolumePush {
  /** After which the next run is expected; what it would do then is told. */
  private static final Duration A_DAY = Duration.ofDays(1);

  private final Session session;
  private final Target target;
  private final RunState state;
  private final Instant now;
  private final ZoneId zone;

  VolumePush(Session session, Target target, RunState state, RunTime time) {
    this.session = session;
    this.target = target;
    this.state = state;
    this.now = time.planned();
    this.zone = session.host().zone();
  }

  /**
   * What a volume is sent with.
   *
   * @param level of zstd, where one is asked for
   */
  record Means(
      PushRun push, Optional<Integer> level, Window window, OpenRepository open, Lease lease) {}

  /**
   * @param tally in which all is noted, failures too
   * @throws FirkinException if the other volumes would fare no better
   */
  void run(Work work, Tally tally, Means means) throws FirkinException, InterruptedException {
    DestinationPlan plan = work.plan(zone, session.host().name());
    try {
      for (LocalSnapshot snapshot : toSend(work, plan, means.open().catalog())) {
        begin(work, tally, snapshot);
        try {
          send(work, plan, snapshot, means)
              .ifPresent(r -> {
                tally.stored.add(snapshot.name().name());
                tally.newBytes += r.manifest().added().storedBytes();
              });
        } catch (BtrfsException | MalformedStreamException | PushException e) {
          passOver(work, snapshot, e, tally);
        }
      }
      tally.sending = Optional.empty();
      know(work, tally, plan, means.open().catalog());
      tally.complete = tally.passedOver.isEmpty();
      tally.failure = tally.passedOver.stream().findFirst();
    } catch (StoreUnavailableException
        | StoreRefusedException
        | StoreInterruptedException
        | NoSuchStoreException e) {
      throw e; // the others would fare no better
    } catch (FirkinException e) {
      if (Thread.currentThread().isInterrupted() || session.interrupts().arrived()) {
        throw e;
      }
      Failure failure = Failure.of(e);
      tally.failure = Optional.of(failure);
      tally.full = e instanceof StoreFullException;
      if (failure.exit() == ExitCode.UNFINISHED) {
        throw e;
      }
    } finally {
      tally.sending =
          tally.sending.map(s ->
              new RunState.Unfinished(
                  s.snapshot(),
                  means
                      .push()
                      .percent(new SnapshotName(work.volume().name(), s.snapshot()))
                      .or(s::percent)));
    }
  }

  /** Who looks while it goes on, or after it was killed, is told what it was at. */
  private void begin(Work work, Tally tally, LocalSnapshot snapshot) {
    String name = snapshot.name().name();
    RunState.Unfinished half =
        tally
            .sending
            .filter(s -> s.snapshot().equals(name))
            .orElseGet(() -> new RunState.Unfinished(name, Optional.empty()));
    tally.sending = Optional.of(half);
    String volume = work.volume().name();
    state.put(volume, target.name(), state.at(volume, target.name()).withUnfinished(half));
    state.keep(session.console());
  }

  private Optional<PushResult> send(
      Work work, DestinationPlan plan, LocalSnapshot snapshot, Means means)
      throws FirkinException, InterruptedException {
    // Asked each time: while the one before was sent the lease may have been lost.
    Catalog catalog = means.open().catalog();
    ParentChoice parent = plan.parentOf(snapshot, catalog);
    return new SnapshotPush(session, parent, 1, false, means.level(), means.window())
        .one(
            means.push(),
            means.open(),
            means.lease(),
            catalog,
            snapshot,
            work.local().time(snapshot, zone));
  }

  /** The newer ones may be sound: one that cannot be read must not keep them here for ever. */
  private void passOver(Work work, LocalSnapshot snapshot, FirkinException e, Tally tally)
      throws FirkinException {
    // Ctrl-C reaches btrfs send too.
    if (Thread.currentThread().isInterrupted() || session.interrupts().arrivedOrArrives()) {
      throw e;
    }
    Failure why = Failure.of(e);
    Failure failure =
        new Failure(
            why.code(),
            why.exit(),
            snapshot.path() + " could not be sent: " + why.message(),
            Optional.of(
                why.hint().map(hint -> hint + "; ").orElse("")
                    + "each run tries again and keeps it here; where nobody needs it, delete it:"
                    + " btrfs subvolume delete "
                    + snapshot.path()));
    session.console().warning(failure.message() + "; newer ones will be");
    tally.passedOver.add(failure);
    String volume = work.volume().name();
    RunState.At at = state.at(volume, target.name());
    state.put(volume, target.name(), at.withPassedOver(snapshot.uuid()));
  }

  /** What could not be sent before comes last: it must not keep back what is sound. */
  private List<LocalSnapshot> toSend(Work work, DestinationPlan plan, Catalog catalog) {
    RunState.At at = state.at(work.volume().name(), target.name());
    return plan
        .toSend(catalog, at.unfinished().map(RunState.Unfinished::snapshot), at.passedOver(), now)
        .stream()
        .sorted(Comparator.comparing(s -> at.passedOver().contains(s.uuid())))
        .toList();
  }

  /** Where the repository's retention would keep it no longer, there is nothing to be sent. */
  private void giveUp(Work work, Catalog catalog, Set<SubvolumeUuid> given) {
    work.local().snapshots().stream()
        .filter(s -> given.contains(s.uuid()) && catalog.byUuid(s.uuid()).isEmpty())
        .forEach(s ->
            session
                .console()
                .warning(
                    s.path()
                        + " was never stored in "
                        + target.name()
                        + ", and retention would keep it there no longer: it is not tried again"));
  }

  /**
   * Which of the local snapshots the next nights want, and how all is now. Before the others get
   * their part, so that what is said of it is of this moment.
   */
  void know(Work work, Tally tally, DestinationPlan plan, Catalog catalog) {
    RunState.At before = state.at(work.volume().name(), target.name());
    Set<SubvolumeUuid> left =
        toSend(work, plan, catalog).stream().map(LocalSnapshot::uuid).collect(Collectors.toSet());
    Set<SubvolumeUuid> passedOver = new HashSet<>(before.passedOver());
    passedOver.retainAll(left);
    Set<SubvolumeUuid> given = new HashSet<>(before.passedOver());
    given.removeAll(left);
    giveUp(work, catalog, given);
    left.addAll(plan.parentsToKeep(catalog));
    tally.needed = Optional.of(Set.copyOf(left));
    List<Manifest> stored = plan.stored(catalog);
    Chains chains = Chains.of(catalog.manifests());
    state.put(
        work.volume().name(),
        target.name(),
        new RunState.At(
            tally.passedOver.isEmpty() ? Optional.of(now) : before.lastSuccess(),
            stored.isEmpty() ? Optional.empty() : Optional.of(stored.getLast().name().name()),
            stored.isEmpty() ? Optional.empty() : Optional.of(stored.getLast().time()),
            stored.isEmpty() ? 0 : chains.length(stored.getLast()),
            plan.parentsToKeep(catalog),
            Optional.of(new RunState.Next(plan.parentAt(now.plus(A_DAY), catalog))),
            before.held(),
            Optional.empty(),
            Optional.empty(),
            passedOver));
  }
}
