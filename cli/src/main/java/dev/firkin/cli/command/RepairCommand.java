package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.progress.OutageTimer;
import dev.firkin.cli.progress.Ticker;
import dev.firkin.cli.progress.VerifyMeter;
import dev.firkin.cli.session.BusyException;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.session.UsageException;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.transfer.GoneForGood;
import dev.firkin.transfer.Repair;
import dev.firkin.transfer.RepairStep;
import dev.firkin.transfer.RepairStep.Outcome;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.Verify;
import dev.firkin.transfer.VerifyReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Does about damage what can be done without the source. */
@Command(
    name = "repair",
    description = "Clear damaged objects away, so that a push can store them again.",
    footer = {
      "",
      "Verifies first. Nothing is deleted: what is damaged is moved into the folder trash/ of the",
      "repository. Then 'firkin push --repair SNAPSHOT', on the host that still has it, stores",
      "again what is missing. Exits with 5 while anything is still missing or damaged.",
      "",
      "Examples:",
      "  firkin repair --dry-run",
      "  firkin repair --read-data --identity-file firkin.key",
      "  firkin repair --quarantine",
      "  firkin repair --restore-quarantined",
      "  firkin repair --restore-forgotten home/home.20260101",
      "  firkin repair --accept-gone home/home.20260101"
    })
public final class RepairCommand implements Action {
  private final Session session;
  private final OutageTimer outage = new OutageTimer();

  @Mixin private final ReadOptions read = new ReadOptions();

  @Option(
      names = "--quarantine",
      description =
          "Also take away the snapshots that cannot be restored now, and the deltas on them; asks"
              + " before.")
  private boolean quarantine;

  @Option(
      names = "--restore-quarantined",
      description = "Put back the snapshots in quarantine whose chunks are all there again.")
  private boolean restoreQuarantined;

  @Option(
      names = "--restore-forgotten",
      paramLabel = "SNAPSHOT",
      description =
          "Put back a snapshot that was forgotten, and what it is based on, as long as no prune has"
              + " emptied the trash. Repeatable.")
  private List<String> restoreForgotten = new ArrayList<>();

  @Option(
      names = "--accept-gone",
      paramLabel = "SNAPSHOT",
      description =
          "Give up a snapshot that this host has seen in the store, and whose manifest is gone for"
              + " good: nobody misses it any more. Repeatable.")
  private List<String> acceptGone = new ArrayList<>();

  @Option(names = "--dry-run", description = "Only show what would be done.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask before --quarantine.")
  private boolean yes;

  public RepairCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    double part = read.part();
    refuseTwoThings(part > 0);
    if (quarantine && !yes && !dryRun && !session.canAsk()) {
      throw new UsageException(
          "--quarantine asks before it takes snapshots away, and there is no terminal",
          "look at what --dry-run says, then use --yes");
    }
    Access access = part > 0 ? Access.DATA : Access.METADATA;
    try (OpenRepository open = session.open(access, Patience.FOREVER, outage)) {
      if (dryRun) {
        return act(open, part, () -> {});
      }
      // A push or another repair could otherwise rely on, or replace, what is moved away.
      try (Lease lease = session.lease(open.repository(), LeaseMode.EXCLUSIVE, "repair")) {
        // While it waited, the list of recipients may have changed: what is not encrypted to us is
        // damage only where it had to be.
        return act(session.again(open, access), part, () -> requireHeld(lease));
      }
    }
  }

  private void refuseTwoThings(boolean reads) throws UsageException {
    List<String> alone = new ArrayList<>();
    if (restoreQuarantined) {
      alone.add("--restore-quarantined");
    }
    if (!restoreForgotten.isEmpty()) {
      alone.add("--restore-forgotten");
    }
    if (!acceptGone.isEmpty()) {
      alone.add("--accept-gone");
    }
    if (alone.size() > 1 || (!alone.isEmpty() && (quarantine || reads))) {
      throw new UsageException(
          alone.getFirst()
              + " goes without "
              + (alone.size() > 1 ? alone.get(1) : "--quarantine, --read-data and --sample"),
          "run one after the other");
    }
  }

  private static void requireHeld(Lease lease) throws FirkinException, InterruptedException {
    if (!lease.renewed()) {
      throw new BusyException(
          "this host was away for so long that another took the repository over; what was done"
              + " until then is done, and nothing is lost",
          "run the same command again");
    }
  }

  private ExitCode act(OpenRepository open, double part, Trash.Guard alone)
      throws FirkinException, InterruptedException {
    if (!acceptGone.isEmpty()) {
      return giveUp(open, alone);
    }
    return restoreQuarantined || !restoreForgotten.isEmpty()
        ? putBack(open, alone)
        : repair(open, part, alone);
  }

  private ExitCode repair(OpenRepository open, double part, Trash.Guard alone)
      throws FirkinException, InterruptedException {
    List<Manifest> remembered = open.snapshots().remembered();
    VerifyReport report = verify(open, remembered, part);
    Repair repair = repairOf(open, remembered, alone);
    List<RepairStep> steps = repair.plan(report);
    Console console = session.console();
    if (!session.options().json()) {
      new FindingsText(console).list(report);
    }
    List<RepairStep> wanted = new ArrayList<>();
    for (RepairStep step : steps) {
      if (!(step instanceof RepairStep.Quarantine) || quarantine) {
        wanted.add(step);
      }
    }
    if (!dryRun && wanted.stream().anyMatch(s -> s instanceof RepairStep.Quarantine)) {
      confirm(wanted);
    }
    List<StepText.Done> done = perform(repair, steps, wanted, alone);
    boolean sound = report.sound();
    if (!dryRun && !sound) {
      VerifyReport after = verify(open, remembered, 0);
      sound = after.sound() && done.stream().noneMatch(StepText.Done::failed);
      if (!session.options().json()) {
        console.data(after.sound() ? whatIsLeft(sound) : stillBroken(after));
        new FindingsText(console).whatHelps(after);
      }
    } else if (sound && !session.options().json()) {
      console.data("all is well: nothing to repair");
    }
    if (session.options().json()) {
      console.json(Documents.repaired(dryRun, sound, StepText.json(done)));
    }
    return sound ? ExitCode.DONE : ExitCode.DAMAGED;
  }

  /** The second verify does not read content again. */
  private static String whatIsLeft(boolean allDone) {
    return allDone
        ? "every snapshot that is left can be restored"
        : "what is LEFT above is still damaged, and so are the snapshots that need it";
  }

  private static String stillBroken(VerifyReport after) {
    return after.findings().size()
        + " findings are left; snapshots that cannot be restored now: "
        + (after.broken().isEmpty()
            ? "none"
            : FindingsText.names(
                after.broken().stream().map(b -> b.manifest().name()).distinct().toList()));
  }

  private ExitCode putBack(OpenRepository open, Trash.Guard alone)
      throws FirkinException, InterruptedException {
    Repair repair = repairOf(open, List.of(), alone);
    List<RepairStep> steps =
        restoreQuarantined ? repair.planReturn() : repair.planReturn(restoreForgotten);
    List<StepText.Done> done = perform(repair, steps, steps, alone);
    if (!restoreQuarantined && !dryRun) {
      repair.returned();
      session
          .console()
          .info("a policy may drop them again: 'firkin keep SNAPSHOT' marks what is to stay");
    }
    boolean all =
        steps.stream().noneMatch(step -> step instanceof RepairStep.Stay stay && !stay.byWill())
            && done.stream().noneMatch(StepText.Done::failed);
    if (session.options().json()) {
      session.console().json(Documents.repaired(dryRun, all, StepText.json(done)));
    } else if (steps.stream().noneMatch(step -> step instanceof RepairStep.PutBack)) {
      session
          .console()
          .data(
              restoreQuarantined
                  ? "nothing in quarantine can be restored now"
                  : "nothing of it can be restored now");
    }
    return all ? ExitCode.DONE : ExitCode.DAMAGED;
  }

  private ExitCode giveUp(OpenRepository open, Trash.Guard alone)
      throws FirkinException, InterruptedException {
    List<Manifest> remembered = open.snapshots().remembered();
    Snapshots stored = open.repository().snapshots(ObjectCache.none());
    List<RepairStep> steps =
        GiveUp.plan(GoneForGood.among(open.repository(), stored, remembered), acceptGone);
    List<StepText.Done> done = perform(repairOf(open, remembered, alone), steps, steps, alone);
    for (StepText.Done each : done) {
      if (each.step() instanceof RepairStep.GiveUp up
          && each.outcome().filter(Outcome.Written.class::isInstance).isPresent()) {
        open.snapshots().drop(up.manifest().id());
      }
    }
    if (session.options().json()) {
      session.console().json(Documents.repaired(dryRun, true, StepText.json(done)));
    }
    return ExitCode.DONE;
  }

  private List<StepText.Done> perform(
      Repair repair, List<RepairStep> steps, List<RepairStep> wanted, Trash.Guard alone)
      throws FirkinException, InterruptedException {
    List<StepText.Done> done = new ArrayList<>();
    StepText text = new StepText(session.console(), session.options().json());
    for (RepairStep step : steps) {
      Optional<Outcome> outcome = Optional.empty();
      if (!dryRun && wanted.contains(step)) {
        alone.check();
        outcome = Optional.of(repair.perform(step));
      }
      StepText.Done each = new StepText.Done(step, outcome, wanted.contains(step));
      text.print(each);
      done.add(each);
    }
    return done;
  }

  private void confirm(List<RepairStep> steps) throws FirkinException {
    if (yes) {
      return;
    }
    Console console = session.console();
    for (RepairStep step : steps) {
      if (step instanceof RepairStep.Quarantine q) {
        console.info("to be taken away: " + StepText.what(q));
      }
    }
    if (!session.confirmed("Move these snapshots into the trash of the repository?")) {
      throw new UsageException("nothing was changed", "answer yes, or leave --quarantine out");
    }
  }

  private Repair repairOf(OpenRepository open, List<Manifest> remembered, Trash.Guard alone)
      throws FirkinException {
    return new Repair(
        open.repository(),
        open.repository().snapshots(ObjectCache.none()),
        remembered,
        session
            .folders()
            .knownRepositories()
            .find(open.repository().config().id())
            .flatMap(KnownRepository::secret),
        alone);
  }

  private VerifyReport verify(OpenRepository open, List<Manifest> remembered, double part)
      throws FirkinException, InterruptedException {
    RestoreProgress progress = new RestoreProgress();
    Snapshots stored = open.repository().snapshots(ObjectCache.none());
    Verify verify =
        new Verify(
            open.repository(),
            stored,
            remembered,
            open.forgetting(),
            session.options().jobs(),
            part,
            progress);
    try (Ticker _ = Ticker.start(session, new VerifyMeter(progress, outage))) {
      return verify.run();
    }
  }
}
