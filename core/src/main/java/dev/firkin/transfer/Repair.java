package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.model.Forgetting;
import dev.firkin.repository.model.Forgetting.Forgotten;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.transfer.RepairStep.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Does to a damaged repository what can be done without the source: throws damaged objects away, so
 * that the next push that has their content stores them again; writes manifests and key slots again
 * of which there is a copy; and takes what cannot be restored out of the way. What is taken away
 * lies in the trash, byte for byte. Each step can be repeated, and dying in the middle of one costs
 * nothing. One instance, one run.
 */
public final class Repair {
  private final Repository repository;
  private final Snapshots snapshots;
  private final Map<String, Manifest> remembered = new HashMap<>();
  private final Optional<RepositorySecret> secret;
  private final Trash.Guard alone;
  private final Trash.Run trash;
  private final SecondLook look;
  private final Readmission readmission;

  /** What was planned by. */
  private Optional<VerifyReport> verified = Optional.empty();

  /** Keys of manifests, by a second look. */
  private Optional<Set<String>> lost = Optional.empty();

  /**
   * @param snapshots without a cache: it is the store that is repaired
   * @param remembered what this host has seen in the store
   * @param secret of the repository, if this host holds it
   * @param alone throws where somebody else may be at work; asked right before each deletion
   */
  public Repair(
      Repository repository,
      Snapshots snapshots,
      List<Manifest> remembered,
      Optional<RepositorySecret> secret,
      Trash.Guard alone) {
    this.repository = repository;
    this.snapshots = snapshots;
    this.secret = secret;
    this.alone = alone;
    this.trash = repository.trash().begin(alone);
    this.look = new SecondLook(repository, snapshots, remembered);
    this.readmission = new Readmission(repository, snapshots);
    remembered.forEach(m -> this.remembered.put(Snapshots.key(m.id()).value(), m));
  }

  /** Where all goes that is taken away. */
  public String trashFolder() {
    return trash.folder();
  }

  /** What can be done about what a verify has found, in the order in which to do it. */
  public List<RepairStep> plan(VerifyReport report) throws FirkinException {
    verified = Optional.of(report);
    lost = Optional.empty();
    List<RepairStep> steps = new ArrayList<>();
    List<RepairStep> quarantine = new ArrayList<>();
    List<Manifest> back = new ArrayList<>();
    try (ChunkPresence presence = new ChunkPresence(repository.chunks())) {
      Wholeness wholeness = new Wholeness(repository, presence);
      for (Finding finding : report.findings()) {
        RepairStep step = step(finding, wholeness);
        if (step instanceof RepairStep.PutBack putBack) {
          back.add(putBack.manifest());
        }
        (step instanceof RepairStep.Quarantine ? quarantine : steps).add(step);
      }
    }
    quarantine.addAll(0, quarantined(report, back));
    steps.addAll(quarantine);
    return List.copyOf(steps);
  }

  private RepairStep step(Finding finding, Wholeness wholeness) throws FirkinException {
    return switch (finding.kind()) {
      case CHUNK_DAMAGED, CHECKPOINT, RECORD -> new RepairStep.Discard(finding);
      case PAGE ->
          isThere(finding.key()) ? new RepairStep.Discard(finding) : new RepairStep.Leave(finding);
      case MANIFEST ->
          putBack(finding, wholeness)
              .orElseGet(() -> new RepairStep.Quarantine(finding.key(), finding.direct()));
      case SNAPSHOT_GONE ->
          putBack(finding, wholeness).orElseGet(() -> new RepairStep.Leave(finding));
      case KEY ->
          secret.isPresent() && repository.isSecretOfRecipient(finding.key())
              ? new RepairStep.RewriteKey(finding.key())
              : new RepairStep.Leave(finding);
      case CHUNK_MISSING, CHUNK_SIZE, CHUNK_UNREADABLE, CHAIN -> new RepairStep.Leave(finding);
    };
  }

  private boolean isThere(String key) throws FirkinException {
    Optional<ObjectKey> parsed = ObjectKey.parse(key);
    return parsed.isPresent() && repository.store().head(parsed.get()).isPresent();
  }

  private Optional<RepairStep> putBack(Finding finding, Wholeness wholeness)
      throws FirkinException {
    Manifest manifest = remembered.get(finding.key());
    return manifest != null && wholeness.isWhole(manifest)
        ? Optional.of(new RepairStep.PutBack(manifest, finding.key(), Optional.empty(), false))
        : Optional.empty();
  }

  /**
   * The last delta first: at each moment what is left can be restored as far as it could before.
   */
  private List<RepairStep> quarantined(VerifyReport report, List<Manifest> back)
      throws FirkinException {
    // A chunk of another length may be sound, and one that we cannot open too: who cannot tell
    // takes
    // nothing away.
    Set<SnapshotName> surely =
        report.findings().stream()
            .filter(f -> f.kind() != Finding.Kind.CHUNK_SIZE)
            .filter(f -> f.kind() != Finding.Kind.CHUNK_UNREADABLE)
            .flatMap(f -> f.direct().stream())
            .collect(Collectors.toSet());
    Set<SnapshotId> damaged =
        report.broken().stream()
            .filter(VerifyReport.Broken::itself)
            .map(VerifyReport.Broken::manifest)
            .filter(manifest -> surely.contains(manifest.name()))
            .map(Manifest::id)
            .collect(Collectors.toSet());
    List<Manifest> sound = new ArrayList<>(back);
    snapshots.load().manifests().stream()
        .filter(m -> !damaged.contains(m.id()))
        .forEach(sound::add);
    Catalog then = new Catalog(sound, List.of());
    return report.broken().reversed().stream()
        .map(VerifyReport.Broken::manifest)
        .filter(manifest -> damaged.contains(manifest.id()) || !then.restorable(manifest))
        .<RepairStep>map(
            m -> new RepairStep.Quarantine(Snapshots.key(m.id()).value(), List.of(m.name())))
        .toList();
  }

  /** What of quarantine can be put back, parents first; then what cannot, and why. */
  public List<RepairStep> planReturn() throws FirkinException {
    return readmission.ofQuarantine();
  }

  /**
   * The same of the snapshots that somebody names, forgotten or not, and of what they are based on.
   *
   * @throws dev.firkin.repository.NoSuchSnapshotException if one of them is not in the trash
   * @throws dev.firkin.repository.AmbiguousSnapshotException if it is not clear which is meant
   */
  public List<RepairStep> planReturn(Collection<String> names) throws FirkinException {
    return readmission.of(names);
  }

  /** After what was forgotten was put back: from now on it is missed when it is gone. */
  public void returned() throws FirkinException, InterruptedException {
    Set<SnapshotId> there = new HashSet<>();
    snapshots.load().manifests().forEach(m -> there.add(m.id()));
    Set<String> inTrash = new HashSet<>();
    repository.trash().list(thrown -> inTrash.add(thrown.run()));
    repository
        .forgotten()
        .tidy(repository.forgotten().read(), there, inTrash, Forgetting.by("repair"), alone);
  }

  /**
   * Does one step of those planned last. Looks again before it throws anything damaged away, and,
   * at the first quarantine, at everything that is to go there.
   */
  public Outcome perform(RepairStep step) throws FirkinException, InterruptedException {
    return switch (step) {
      case RepairStep.Discard discard -> discard(discard.finding());
      case RepairStep.RewriteKey rewrite -> rewrite(ObjectKey.of(rewrite.key()));
      case RepairStep.PutBack back -> putBack(back);
      case RepairStep.Quarantine quarantine -> quarantine(quarantine.key());
      case RepairStep.Stay stay -> new Outcome.Left(stay.why());
      case RepairStep.GiveUp up -> giveUp(up);
      case RepairStep.Leave leave -> new Outcome.Left("nothing can be done about it here");
    };
  }

  private Outcome rewrite(ObjectKey key) throws FirkinException {
    Outcome removed = new Outcome.NotNeeded("its recipient was removed from the list meanwhile");
    if (!repository.isSecretOfRecipientNow(key.value())) {
      return removed;
    }
    if (repository.damagedKeys().stream().noneMatch(d -> d.key().equals(key.value()))) {
      return new Outcome.SoundNow();
    }
    trash.keepIfPossible(key); // all that it should hold is the secret that we have
    return repository.rewrapSecret(key, secret.orElseThrow()) ? new Outcome.Written() : removed;
  }

  /** From now on no host takes it for lost. */
  private Outcome giveUp(RepairStep.GiveUp up) throws FirkinException {
    if (isThere(up.key())) {
      return new Outcome.SoundNow();
    }
    repository
        .forgotten()
        .record(Forgetting.by("repair").naming(List.of(Forgotten.of(up.manifest()))));
    return new Outcome.Written();
  }

  private Outcome discard(Finding finding) throws FirkinException, InterruptedException {
    return look.damage(finding).isEmpty() ? new Outcome.SoundNow() : move(finding.key());
  }

  private Outcome quarantine(String key) throws FirkinException, InterruptedException {
    if (lost.isEmpty()) {
      // Of all at once: whether a delta is lost follows from what it is based on.
      lost = Optional.of(look.lost(verified.orElseThrow()));
    }
    return lost.get().contains(key) || !isThere(key) ? move(key) : new Outcome.SoundNow();
  }

  private Outcome move(String key) throws FirkinException, InterruptedException {
    try {
      return trash
          .move(ObjectKey.of(key))
          .<Outcome>map(thrown -> new Outcome.Moved(thrown.at().value()))
          .orElseGet(Outcome.Changed::new);
    } catch (ObjectDamagedException e) {
      return new Outcome.Left(
          "the store does not give its bytes as they were put, so they cannot be kept");
    }
  }

  private Snapshots.Commit commit(RepairStep.PutBack back) throws FirkinException {
    Trash bin = repository.trash();
    if (back.from().isPresent() && back.otherLengths()) {
      // It is not the same, byte for byte: the old one is kept.
      return snapshots.commitUnlike(
          lengthsInTrash(bin, back.key()), readmission.restated(back.manifest()));
    }
    Snapshots.Commit commit = snapshots.commit(back.manifest());
    if (back.from().isPresent() && commit.manifest().equals(back.manifest())) {
      bin.forget(back.from().get());
    }
    return commit;
  }

  /** Some host may still have a copy of any of them. */
  private Set<Long> lengthsInTrash(Trash bin, String key) throws FirkinException {
    List<Trash.Thrown> copies = new ArrayList<>();
    bin.list(thrown -> {
      if (thrown.original().value().equals(key)) {
        copies.add(thrown);
      }
    });
    Set<Long> lengths = new HashSet<>();
    for (Trash.Thrown copy : copies) {
      repository.store().head(copy.at()).map(ObjectInfo::bytes).ifPresent(lengths::add);
    }
    return lengths;
  }

  private Outcome putBack(RepairStep.PutBack back) throws FirkinException, InterruptedException {
    ObjectKey key = ObjectKey.of(back.key());
    Optional<DamagedException> damage = snapshots.damage(back.manifest().id());
    if (damage.isPresent()) {
      try {
        var _ = trash.move(key); // nothing where it is missing
      } catch (ObjectDamagedException e) {
        return new Outcome.Left(
            "the store does not give its bytes as they were put, so they cannot be kept");
      }
    }
    return switch (commit(back)) {
      case Snapshots.Commit.Committed committed -> new Outcome.Written();
      case Snapshots.Commit.AlreadyThere there -> new Outcome.SoundNow();
    };
  }
}
