package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.progress.PushMeter;
import dev.firkin.cli.progress.Ticker;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.CutShortException;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.session.Window;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.repository.Lease;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.transfer.Producer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushProgress;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.PushResult;
import dev.firkin.transfer.PushStoppedException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Runs pushes, shows how they get on, and what came of them. */
public final class PushRun {
  private final Session session;
  private final Optional<Integer> zstdLevel;
  private final Window window;
  private final boolean mends;
  private final PushMeter meter;

  /**
   * @param zstdLevel as asked for
   * @param window in which to work
   * @param mends whether to put right what is stored already
   * @param name of the first snapshot
   */
  public PushRun(
      Session session,
      Optional<Integer> zstdLevel,
      Window window,
      boolean mends,
      SnapshotName name) {
    this.session = session;
    this.zstdLevel = zstdLevel;
    this.window = window;
    this.mends = mends;
    this.meter = new PushMeter(name);
  }

  /** The repository that is meant, and tells the meter of its outages. */
  public OpenRepository open() throws FirkinException {
    OpenRepository open = session.open(Access.METADATA, Patience.FOREVER, meter);
    return zstdLevel.map(open::compressing).orElse(open);
  }

  /** What keeps off who deletes, until it is closed. */
  public Lease lease(OpenRepository open) throws FirkinException, InterruptedException {
    return session.lease(open.repository(), LeaseMode.SHARED, "push");
  }

  /**
   * @param producer is closed in any case
   * @param total length of the stream, once that is known
   * @throws CutShortException if the window ended before
   */
  PushResult run(
      OpenRepository open,
      Lease lease,
      PushRequest request,
      Producer producer,
      Push.Start start,
      Supplier<OptionalLong> total)
      throws FirkinException, InterruptedException {
    PushProgress progress = new PushProgress();
    meter.next(request.name(), progress, total);
    int jobs = session.options().jobs();
    Push push =
        mends
            ? Push.mending(
                open.repository(),
                open.repository().snapshots(ObjectCache.none()),
                lease,
                jobs,
                progress)
            : new Push(open.repository(), open.snapshots(), lease, jobs, progress, open.line());
    PushResult result;
    try (Ticker _ = Ticker.start(session, meter);
        Window.Watch _ = window.watch(push::stop)) {
      result = push.run(request, producer, mends ? Push.Start.FROM_ZERO : start);
    } catch (PushStoppedException e) {
      throw new CutShortException("the time is up: " + e.getMessage(), e);
    }
    report(result);
    return result;
  }

  private void report(PushResult result) {
    Console console = session.console();
    if (session.options().json()) {
      console.json(Documents.pushed(result));
      return;
    }
    Manifest manifest = result.manifest();
    switch (result) {
      case PushResult.Stored stored ->
          console.info(
              "stored %s: %s of stream, %s new in %d chunks, stored as %s"
                  .formatted(
                      manifest.name(),
                      ByteSize.format(manifest.stream().bytes()),
                      ByteSize.format(manifest.added().plaintextBytes()),
                      manifest.added().chunks(),
                      ByteSize.format(manifest.added().storedBytes())));
      case PushResult.AlreadyStored already -> sayAlreadyStored(manifest);
      case PushResult.Mended mended -> say(mended);
    }
  }

  private void say(PushResult.Mended mended) {
    String objects = mended.mended() == 1 ? "1 object was" : mended.mended() + " objects were";
    session
        .console()
        .info(
            "mended %s: %s missing or damaged and written again; %s"
                .formatted(
                    mended.manifest().name(),
                    objects,
                    mended.whole() ? "it is whole" : "it is still NOT whole"));
  }

  /** How much of a snapshot is stored, where it is the last that was sent; empty if unknown. */
  public Optional<Integer> percent(SnapshotName name) {
    return meter.percent(name);
  }

  /** Says that there was nothing to do. */
  void alreadyStored(Manifest manifest) {
    if (session.options().json()) {
      session.console().json(Documents.alreadyStored(manifest));
    } else {
      sayAlreadyStored(manifest);
    }
  }

  private void sayAlreadyStored(Manifest manifest) {
    session.console().info("already stored: " + manifest.name());
  }
}
