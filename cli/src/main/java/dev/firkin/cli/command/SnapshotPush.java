package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsSend;
import dev.firkin.cli.btrfs.AsStored;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.btrfs.ParentChoice.Parent;
import dev.firkin.cli.btrfs.SendProducer;
import dev.firkin.cli.btrfs.SizeEstimate;
import dev.firkin.cli.progress.Ticker.Audience;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.CutShortException;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Window;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Lease;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.PushResult;
import dev.firkin.transfer.StreamChangedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Stores btrfs snapshots of this host, oldest first, so that each can be the parent of the next.
 */
public final class SnapshotPush {
  private final Session session;
  private final ParentChoice choice;
  private final int protocol;
  private final boolean compressedData;
  private final Optional<Integer> zstdLevel;
  private final Window window;

  public SnapshotPush(
      Session session,
      ParentChoice choice,
      int protocol,
      boolean compressedData,
      Optional<Integer> zstdLevel,
      Window window) {
    this.session = session;
    this.choice = choice;
    this.protocol = protocol;
    this.compressedData = compressedData;
    this.zstdLevel = zstdLevel;
    this.window = window;
  }

  ExitCode run(List<String> paths, Optional<String> volume)
      throws FirkinException, InterruptedException {
    List<LocalSnapshot> snapshots = oldestFirst(paths, volume);
    PushRun push = new PushRun(session, zstdLevel, window, false, snapshots.getFirst().name());
    try (OpenRepository open = push.open();
        Lease lease = push.lease(open)) {
      for (LocalSnapshot snapshot : snapshots) {
        // Asked each time: while the one before was sent the lease may have been lost.
        var _ = one(push, open, lease, open.catalog(), snapshot, snapshot.info().created());
      }
    }
    return ExitCode.DONE;
  }

  static List<LocalSnapshot> oldestFirst(List<String> paths, Optional<String> volume)
      throws FirkinException {
    List<LocalSnapshot> snapshots = new ArrayList<>();
    for (String path : paths) {
      snapshots.add(LocalSnapshot.of(Path.of(path), volume));
    }
    snapshots.sort(Comparator.comparingLong(s -> s.info().otransid()));
    return snapshots;
  }

  /**
   * Stores one, if it is not there.
   *
   * @param catalog of now: while the one before was sent the lease may have been lost
   * @param takenAt when the snapshot was taken, as the repository is to know it
   * @return empty where it was stored before
   * @throws CutShortException if the window ended before
   */
  public Optional<PushResult> one(
      PushRun push,
      OpenRepository open,
      Lease lease,
      Catalog catalog,
      LocalSnapshot snapshot,
      Instant takenAt)
      throws FirkinException, InterruptedException {
    warnOfNested(snapshot);
    if (choice instanceof ParentChoice.Auto) {
      // In whatever form: what the user wants is that the snapshot can be restored.
      List<Manifest> there =
          catalog.byUuid(snapshot.uuid()).stream().filter(catalog::restorable).toList();
      if (!there.isEmpty()) {
        push.alreadyStored(there.getFirst());
        return Optional.empty();
      }
    }
    Optional<Parent> parent = choice.find(snapshot, catalog);
    for (String refused : choice.refused(snapshot, catalog)) {
      session
          .console()
          .warning(
              refused
                  + "; so it is not the parent of "
                  + snapshot.name().name()
                  + ", which is sent "
                  + parent.map(p -> "as a delta on " + p.path()).orElse("in full"));
    }
    Optional<SubvolumeUuid> parentUuid = parent.map(Parent::uuid);
    SnapshotId id = open.snapshots().id(SnapshotIdentity.of(protocol, snapshot.uuid(), parentUuid));
    Optional<Manifest> there =
        catalog.manifests().stream().filter(m -> m.id().equals(id)).findFirst();
    if (there.isPresent()) {
      push.alreadyStored(there.get());
      return Optional.empty();
    }
    refuseChanged(snapshot, catalog);
    if (window.isOver()) {
      throw new CutShortException("the time is up before " + snapshot.path() + " is begun", null);
    }
    session
        .console()
        .verbose(
            "sending %s as %s"
                .formatted(
                    snapshot.path(),
                    parent.map(p -> "a delta on " + p.path()).orElse("a full stream")));
    return Optional.of(send(push, open, lease, snapshot, parent, takenAt, true));
  }

  /** Deltas go by the uuid: with two contents under one, they would go on either. */
  private static void refuseChanged(LocalSnapshot snapshot, Catalog catalog) throws BtrfsException {
    Optional<String> changed = AsStored.changed(snapshot.info(), catalog);
    if (changed.isPresent()) {
      throw new BtrfsException(
          snapshot.path()
              + " is stored, or what a stored delta goes on, and is not that any more: "
              + changed.get()
              + "; nothing was stored",
          "take a new snapshot of it, and push that: btrfs subvolume snapshot -r "
              + snapshot.path()
              + " NEW");
    }
  }

  /**
   * Sends one, whatever is stored of it.
   *
   * @param unchanged whether nothing speaks against its being what is stored, if anything is
   */
  PushResult send(
      PushRun push,
      OpenRepository open,
      Lease lease,
      LocalSnapshot snapshot,
      Optional<Parent> parent,
      Instant takenAt,
      boolean unchanged)
      throws FirkinException, InterruptedException {
    BtrfsSend.Request send =
        new BtrfsSend.Request(
            snapshot.path(), parent.map(Parent::path), protocol, compressedData, false);
    PushRequest request =
        new PushRequest(
            snapshot.name(),
            Optional.of(
                new PushRequest.Expected(snapshot.uuid(), parent.map(Parent::uuid), unchanged)),
            session.host().name(),
            Optional.of(snapshot.path().toString()),
            Optional.of(takenAt),
            send.options(),
            session.tool());
    Audience audience = Audience.of(session);
    if (audience == Audience.NOBODY) {
      return run(push, open, lease, request, send, OptionalLong::empty);
    }
    Duration after = Duration.ofSeconds(audience == Audience.LOG ? 10 : 1);
    try (SizeEstimate estimate = SizeEstimate.begin(send, after, session.console())) {
      return run(push, open, lease, request, send, estimate::bytes);
    }
  }

  private PushResult run(
      PushRun push,
      OpenRepository open,
      Lease lease,
      PushRequest request,
      BtrfsSend.Request send,
      Supplier<OptionalLong> total)
      throws FirkinException, InterruptedException {
    Console console = session.console();
    try {
      return push.run(
          open,
          lease,
          request,
          SendProducer.start(send, console),
          Push.Start.FROM_CHECKPOINT,
          total);
    } catch (StreamChangedException e) {
      console.warning(e.getMessage() + "; reading it once more, nothing is sent twice");
      return push.run(
          open, lease, request, SendProducer.start(send, console), Push.Start.FROM_ZERO, total);
    }
  }

  private void warnOfNested(LocalSnapshot snapshot) throws FirkinException {
    List<StreamPath> nested = snapshot.filesystem().nestedIn(snapshot.path(), snapshot.info());
    if (!nested.isEmpty()) {
      session
          .console()
          .warning(
              "%s has %d nested subvolume%s, which a snapshot leaves out: %s; push snapshots of their own"
                  .formatted(
                      snapshot.path(),
                      nested.size(),
                      nested.size() == 1 ? "" : "s",
                      nested.stream().map(StreamPath::toString).collect(Collectors.joining(", "))));
    }
  }
}
