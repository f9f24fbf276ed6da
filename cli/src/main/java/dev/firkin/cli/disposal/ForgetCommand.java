package dev.firkin.cli.disposal;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.session.UsageException;
import dev.firkin.cli.text.Times;
import dev.firkin.disposal.Forget;
import dev.firkin.disposal.ForgetPlan;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Lease;
import dev.firkin.repository.NoSuchSnapshotException;
import dev.firkin.repository.SnapshotQuery;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.retention.RetentionPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Drops snapshots of a repository, by name or by a policy. */
@Command(
    name = "forget",
    description = "Drop snapshots: some by name, or those of a volume that a policy does not keep.",
    customSynopsis = {
      "firkin forget [OPTIONS] SNAPSHOT...",
      "       firkin forget [OPTIONS] --volume NAME --preserve-min SPAN --preserve POLICY"
    },
    footer = {
      "",
      "What was forgotten is in no list any more; its manifest lies in the trash of the"
          + " repository,",
      "and 'firkin prune' frees its space after a grace period. A policy is about the snapshots"
          + " that",
      "this host has pushed. It never drops the newest one, nor what is marked ('firkin keep'),"
          + " nor",
      "what another snapshot is based on.",
      "",
      "Examples:",
      "  firkin forget --volume home --preserve-min 7d --preserve '14d 8w *m' --dry-run",
      "  firkin forget home/home.20260101",
      "  firkin forget --with-descendants home/home.20260101"
    })
public final class ForgetCommand implements Action {
  private final Session session;

  @Mixin private final PolicyOptions policy = new PolicyOptions();

  @Option(names = "--volume", paramLabel = "NAME", description = "The volume that a policy is for.")
  private Optional<String> volume = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "The policy is for what this host has pushed (default: the host it runs on).")
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--with-descendants",
      description = "By name: also drop the deltas that cannot be restored without it.")
  private boolean descendants;

  @Option(
      names = "--newest-too",
      description = "By name: drop it even where it is the newest of its volume.")
  private boolean newestToo;

  @Option(names = "--dry-run", description = "Only show what would be done, and why.")
  private boolean dryRun;

  @Parameters(arity = "0..*", paramLabel = "SNAPSHOT", description = "Which ones.")
  private List<String> names = new ArrayList<>();

  public ForgetCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    check();
    RetentionPolicy wanted = policy.policy(session.host().zone());
    try (OpenRepository open = session.open(Access.METADATA, Patience.A_MINUTE)) {
      if (dryRun) {
        report(plan(open, wanted));
        return ExitCode.DONE;
      }
      // A push could otherwise base a delta on what is dropped.
      try (Lease lease = session.lease(open.repository(), LeaseMode.EXCLUSIVE, "forget")) {
        List<Manifest> remembered = open.snapshots().remembered();
        ForgetPlan plan = plan(open, wanted);
        Optional<LockedManifests> locked = LockedManifests.of(plan, open.repository().store());
        new Forget(open.repository(), open.snapshots(), lease)
            .run(
                plan,
                remembered,
                session.host().name(),
                Instant.now(),
                m -> session.console().verbose("forgot " + m.name()));
        report(plan);
        locked.ifPresent(this::tell);
      }
    }
    return ExitCode.DONE;
  }

  private void check() throws UsageException {
    if (names.isEmpty() != policy.isGiven() || policy.isGiven() != volume.isPresent()) {
      throw new UsageException(
          "what to forget is not said, or twice",
          "name snapshots, or use --volume with --preserve-min, --preserve, or both");
    }
    if (policy.isGiven() && (descendants || newestToo)) {
      throw new UsageException(
          "--with-descendants and --newest-too are for snapshots by name",
          "a policy drops neither what is needed nor the newest");
    }
    if (host.isPresent() && !policy.isGiven()) {
      throw new UsageException("--host is for a policy", "leave it out: a name says which it is");
    }
  }

  private ForgetPlan plan(OpenRepository open, RetentionPolicy wanted) throws FirkinException {
    Catalog catalog = open.catalog();
    Set<SnapshotId> marked = open.repository().keepTags().ids();
    return policy.isGiven() ? byPolicy(catalog, marked, wanted) : byName(catalog, marked);
  }

  private ForgetPlan byPolicy(Catalog catalog, Set<SnapshotId> marked, RetentionPolicy wanted)
      throws FirkinException {
    String of = host.orElse(session.host().name());
    List<Manifest> ofVolume = catalog.volume(volume.orElseThrow());
    List<Manifest> candidates =
        ofVolume.stream().filter(m -> m.source().host().equals(of)).toList();
    if (candidates.isEmpty()) {
      throw new NoSuchSnapshotException(
          "there is no snapshot of the volume '" + volume.get() + "' that " + of + " has pushed",
          ofVolume.isEmpty()
              ? "'firkin list' shows what is there"
              : "there are some of other hosts: --host " + ofVolume.getLast().source().host());
    }
    return ForgetPlan.by(wanted, candidates, catalog, marked, Instant.now());
  }

  private ForgetPlan byName(Catalog catalog, Set<SnapshotId> marked) throws FirkinException {
    Set<Manifest> meant = new LinkedHashSet<>();
    for (String name : names) {
      SnapshotQuery query = new SnapshotQuery(catalog);
      // In all its forms; not others of the same name, which may be of other hosts.
      meant.addAll(query.formsOf(query.resolve(name)));
    }
    ForgetPlan plan = ForgetPlan.of(meant, catalog);
    List<Manifest> more = plan.order().stream().filter(m -> !meant.contains(m)).toList();
    if (!more.isEmpty() && !descendants) {
      throw new FailedException(
          "nothing was forgotten: without it these could not be restored: " + list(more),
          "use --with-descendants to drop them too");
    }
    List<Manifest> kept = plan.order().stream().filter(m -> marked.contains(m.id())).toList();
    if (!kept.isEmpty()) {
      throw new FailedException(
          "nothing was forgotten: marked to be kept is " + list(kept),
          "'firkin keep --remove SNAPSHOT' takes the mark away");
    }
    List<Manifest> newest =
        plan.order().stream().filter(m -> isNewestOfItsHost(m, catalog)).toList();
    if (!newest.isEmpty() && !newestToo) {
      throw new FailedException(
          "nothing was forgotten: the newest of its volume is " + list(newest),
          "use --newest-too if it is to go nevertheless");
    }
    return plan;
  }

  private static boolean isNewestOfItsHost(Manifest manifest, Catalog catalog) {
    Manifest newest =
        catalog.volume(manifest.name().volume()).stream()
            .filter(m -> m.source().host().equals(manifest.source().host()))
            .toList()
            .getLast();
    return new SnapshotQuery(catalog).formsOf(newest).contains(manifest);
  }

  private static String list(List<Manifest> manifests) {
    return manifests.stream()
        .map(m -> m.name().toString())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private void tell(LockedManifests locked) {
    session
        .console()
        .info(
            "%d of their manifests are locked, the last until %s: the bucket keeps them as older"
                    .formatted(locked.count(), Times.minutes(locked.until(), session.host().zone()))
                + " versions");
  }

  private void report(ForgetPlan plan) {
    new PlanText(session).print(plan, dryRun);
  }
}
