package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.ForgottenRecords;
import dev.firkin.repository.NoSuchSnapshotException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import dev.firkin.transfer.Finding;
import dev.firkin.transfer.Finding.Kind;
import dev.firkin.transfer.GoneForGood;
import dev.firkin.transfer.Repair;
import dev.firkin.transfer.RepairStep;
import dev.firkin.transfer.RepairStep.Outcome;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.Verify;
import dev.firkin.transfer.VerifyReport;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A record that cannot be read excuses nothing, and stops nothing that needs no excuse. */
@Timeout(120)
final class DamagedRecordTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Prune.Options A_WEEK = new Prune.Options(WEEK, false, false);

  @TempDir private Path folder;
  private Shelf shelf;
  private Manifest gone;
  private Manifest other;
  private ObjectKey record;

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
    gone = shelf.push(1, List.of(1L, 2L), Optional.empty());
    other = shelf.push(2, List.of(1L, 3L), Optional.empty());
    shelf.forget(shelf.store, gone);
    record = shelf.keys("forgotten/").getFirst();
    byte[] bytes = new byte[shelf.store.get(record, 1 << 20).body().remaining()];
    shelf.store.get(record, 1 << 20).body().get(bytes);
    bytes[bytes.length / 2] ^= 4;
    shelf.store.put(record, ByteBuffer.wrap(bytes), PutCondition.always());
  }

  /** So long as what it names is in the trash it is not missed; the record is damaged alone. */
  @Test
  void itIsFoundAndNothingElseIsAndThePruneRuns() throws Exception {
    Finding finding = verify(gone, other).findings().getFirst();
    assertEquals(Kind.RECORD, finding.kind());
    assertEquals(record.value(), finding.key());
    assertEquals(1, verify(gone, other).findings().size());
    shelf.prune(shelf.store, A_WEEK, List.of(gone, other));
  }

  /** The trash of its run is named anew when it goes. */
  @Test
  void aPruneNamesAgainWhatItNamedSoNothingIsMissed() throws Exception {
    shelf.prune(shelf.store, A_WEEK, List.of(gone, other));
    shelf.clock.pass(WEEK.plusHours(1));
    shelf.prune(shelf.store, A_WEEK, List.of(gone, other));
    assertEquals(0, shelf.count("trash/"));
    assertEquals(Set.of(gone), records().among(List.of(gone, other)));
    shelf.prune(shelf.store, A_WEEK, List.of(gone, other));
    assertEquals(
        List.of(Kind.RECORD), verify(gone, other).findings().stream().map(Finding::kind).toList());
  }

  @Test
  void whatIsMissedBesideItIsNotExcusedAndBothAreNamed() throws Exception {
    shelf.store.delete(shelf.keys("trash/"));
    VerifyReport report = verify(gone, other);
    assertEquals(
        List.of(Kind.RECORD, Kind.SNAPSHOT_GONE),
        report.findings().stream().map(Finding::kind).toList());
    String message = report.findings().getLast().message();
    assertTrue(message.contains("v/s1") && message.contains(record.value()), message);
    DoubtException doubt =
        assertThrows(
            DoubtException.class, () -> shelf.prune(shelf.store, A_WEEK, List.of(gone, other)));
    assertTrue(doubt.getMessage().contains("v/s1"), doubt::getMessage);
    assertTrue(doubt.getMessage().contains(record.value()), doubt::getMessage);
    // Who has not seen it has nothing to miss.
    shelf.prune(shelf.store, A_WEEK, List.of(other));
  }

  @Test
  void aRepairMovesItAwayAndWhatItNamedIsGivenUp() throws Exception {
    shelf.store.delete(shelf.keys("trash/"));
    shelf.prune(Duration.ZERO);
    Repository repository = shelf.test.asOwner(shelf.store);
    VerifyReport report = verify(gone, other);
    Repair repair = repair(repository);
    List<Outcome> outcomes = new ArrayList<>();
    for (RepairStep step : repair.plan(report)) {
      outcomes.add(repair.perform(step));
    }
    assertInstanceOf(Outcome.Moved.class, outcomes.getFirst());
    assertInstanceOf(Outcome.Left.class, outcomes.getLast());
    assertEquals(0, shelf.count("forgotten/"));
    assertEquals(1, shelf.count("trash/"));

    RepairStep.GiveUp giveUp = lost(repository).giveUp(List.of("v/s1", "s1")).getFirst();
    assertEquals(List.of(), lost(repository).whole(List.of(giveUp)), "its chunks are gone");
    assertInstanceOf(Outcome.Written.class, repair.perform(giveUp));

    assertEquals(List.of(), verify(gone, other).findings());
    shelf.prune(shelf.store, A_WEEK, List.of(gone, other));
    assertThrows(NoSuchSnapshotException.class, () -> lost(repository).giveUp(List.of("v/s1")));
  }

  /** Its run dropped by will still, so that what it dropped does not come back by itself. */
  @Test
  void whatItNamedDoesNotComeBackWhenItIsInTheTrashItself() throws Exception {
    Repository repository = shelf.test.asOwner(shelf.store);
    Repair repair = repair(repository);
    assertEquals(List.of(), repair.planReturn());
    for (RepairStep step : repair.plan(verify(gone, other))) {
      assertInstanceOf(Outcome.Moved.class, repair.perform(step));
    }
    assertEquals(0, shelf.count("forgotten/"));
    assertEquals(List.of(), repair.planReturn());
    assertEquals(List.of("v/s2"), shelf.names());
  }

  @Test
  void onlyWhatIsLostCanBeGivenUp() throws Exception {
    Repository repository = shelf.test.asOwner(shelf.store);
    // In the trash, and there.
    for (String name : List.of("v/s1", "v/s2", "v/s3")) {
      assertThrows(
          NoSuchSnapshotException.class, () -> lost(repository).giveUp(List.of(name)), name);
    }
    shelf.store.delete(List.of(Snapshots.key(other.id())));
    List<RepairStep.GiveUp> steps = lost(repository).giveUp(List.of("v/s2"));
    assertEquals(List.of(other), steps.stream().map(RepairStep.GiveUp::manifest).toList());
    assertEquals(List.of(other), lost(repository).whole(steps), "a repair puts it back");
    shelf.store.delete(shelf.keys("chunks/"));
    assertEquals(List.of(), lost(repository).whole(steps));
    // It came back while somebody thought about it.
    assertInstanceOf(
        Snapshots.Commit.Committed.class, repository.snapshots(ObjectCache.none()).commit(other));
    assertInstanceOf(Outcome.SoundNow.class, repair(repository).perform(steps.getFirst()));
    assertEquals(Set.of(), records().among(List.of(other)));
  }

  private GoneForGood lost(Repository repository) throws Exception {
    return GoneForGood.among(
        repository, repository.snapshots(ObjectCache.none()), List.of(gone, other));
  }

  private ForgottenRecords records() throws Exception {
    return shelf.test.asSource(shelf.store).forgotten().read();
  }

  private Repair repair(Repository repository) {
    return new Repair(
        repository,
        repository.snapshots(ObjectCache.none()),
        List.of(gone, other),
        Optional.empty(),
        () -> {});
  }

  private VerifyReport verify(Manifest... remembered) throws Exception {
    Repository owner = shelf.test.asOwner(shelf.store);
    return new Verify(
            owner,
            owner.snapshots(ObjectCache.none()),
            List.of(remembered),
            2,
            0,
            new RestoreProgress())
        .run();
  }
}
