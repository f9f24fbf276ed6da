package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.NoSuchSnapshotException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import dev.firkin.transfer.Repair;
import dev.firkin.transfer.RepairStep;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the trash because of one run, and was dropped by will by another. */
@Timeout(60)
final class ReturnFromTrashTest {
  @TempDir private Path folder;
  private Shelf shelf;
  private Manifest first;
  private Manifest second;
  private Repository repository;

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
    first = shelf.push(1, List.of(1L, 2L), Optional.empty());
    second = shelf.push(2, List.of(1L, 3L), Optional.empty());
    repository = shelf.test.asOwner(shelf.store);
  }

  /** As a push that mends a snapshot keeps its old manifest. */
  @Test
  void whatWasForgottenSinceItWasReplacedStays() throws Exception {
    assertTrue(repository.trash().begin().keep(Snapshots.key(first.id())).isPresent());
    Manifest mended = shelf.snapshots().replace(first);
    assertEquals(List.of(), plan(), "it is there");
    shelf.forget(shelf.store, mended);

    List<RepairStep> steps = plan();

    assertEquals(1, steps.size(), steps::toString);
    RepairStep.Stay stay = assertInstanceOf(RepairStep.Stay.class, steps.getFirst());
    assertTrue(stay.byWill());
    assertEquals(first, stay.manifest());
    assertTrue(stay.why().contains("--restore-forgotten v/s1"), stay.why());
    assertEquals(List.of("v/s2"), shelf.names());
  }

  @Test
  void whatWasPushedAgainSinceItWasForgottenAndThenQuarantinedComesBack() throws Exception {
    shelf.forget(shelf.store, first);
    Manifest again = shelf.push(1, List.of(1L, 2L), Optional.empty());
    assertTrue(again.source().committedAt().isAfter(first.source().committedAt()));
    assertTrue(repository.trash().begin().move(Snapshots.key(again.id())).isPresent());

    List<RepairStep> steps = plan();

    assertEquals(1, steps.size(), steps::toString);
    RepairStep.PutBack back = assertInstanceOf(RepairStep.PutBack.class, steps.getFirst());
    assertEquals(again, back.manifest());
  }

  /** It may name what would come back, and nobody can tell: that alone is no reason. */
  @Test
  void aDamagedRecordOfAnotherRunKeepsNothingFromComingBack() throws Exception {
    shelf.forget(shelf.store, second);
    ObjectKey record = shelf.keys("forgotten/").getFirst();
    shelf.store.delete(List.of(record));
    shelf.store.put(record, ByteBuffer.wrap(new byte[] {1, 2, 3}), PutCondition.always());
    assertTrue(repository.trash().begin().move(Snapshots.key(first.id())).isPresent());

    List<RepairStep> steps = plan();

    assertEquals(1, steps.size(), steps::toString);
    assertEquals(first, assertInstanceOf(RepairStep.PutBack.class, steps.getFirst()).manifest());
  }

  /** Which of two manifests in the trash comes back: the one that is on no record. */
  @Test
  void ofTwoTheOneThatWasNotForgottenComesBack() throws Exception {
    Trash.Thrown old = repository.trash().begin().keep(Snapshots.key(first.id())).orElseThrow();
    shelf.forget(shelf.store, first);
    Manifest again = shelf.push(1, List.of(1L, 2L), Optional.empty());
    assertTrue(repository.trash().begin().move(Snapshots.key(again.id())).isPresent());
    assertFalse(shelf.keys("trash/").isEmpty());

    List<RepairStep> steps = plan();

    assertEquals(1, steps.size(), steps::toString);
    RepairStep.PutBack back = assertInstanceOf(RepairStep.PutBack.class, steps.getFirst());
    assertEquals(again, back.manifest());
    assertFalse(back.from().orElseThrow().equals(old));
  }

  /** By mistake, say: and who is lost afterwards is missed. */
  @Test
  void whatWasForgottenComesBackByName() throws Exception {
    shelf.forget(shelf.store, first);
    assertEquals(List.of("v/s2"), shelf.names());
    assertEquals(List.of(), plan());

    restore("v/s1");

    assertEquals(List.of("v/s1", "v/s2"), shelf.names());
    assertEquals(List.of(), shelf.keys("trash/"));
    assertFalse(repository.forgotten().read().name(first), "it would not be missed");
    shelf.prune(Duration.ZERO);
    shelf.assertSound();
  }

  /** A delta is nothing without what it is based on. */
  @Test
  void whatItIsBasedOnComesBackToo() throws Exception {
    Manifest third = shelf.push(3, List.of(4L), Optional.of(2L));
    Manifest fourth = shelf.push(4, List.of(5L), Optional.of(3L));
    shelf.forget(shelf.store, fourth);
    shelf.forget(shelf.store, third);
    shelf.forget(shelf.store, second);
    shelf.forget(shelf.store, first);
    assertEquals(List.of(), shelf.names());

    restore("v/s4");

    assertEquals(List.of("v/s2", "v/s3", "v/s4"), shelf.names());
    assertTrue(repository.forgotten().read().name(first));
    shelf.assertSound();
  }

  @Test
  void whatAPruneHasDeletedIsNotThere() throws Exception {
    shelf.forget(shelf.store, first);
    shelf.prune(Duration.ZERO);
    NoSuchSnapshotException gone =
        assertThrows(NoSuchSnapshotException.class, () -> restore("v/s1"));
    assertTrue(gone.hint().orElseThrow().contains("prune"), gone::toString);
    assertThrows(NoSuchSnapshotException.class, () -> restore("v/s2"), "it is stored");
  }

  /** Its chunks went, as another prune took the same trash for empty. */
  @Test
  void whatLacksSomethingStaysAndSaysWhat() throws Exception {
    shelf.forget(shelf.store, first);
    for (ObjectKey chunk : shelf.keys("chunks/")) {
      shelf.store.delete(List.of(chunk));
    }
    List<RepairStep> steps = repair().planReturn(List.of("v/s1"));
    assertEquals(1, steps.size(), steps::toString);
    RepairStep.Stay stay = assertInstanceOf(RepairStep.Stay.class, steps.getFirst());
    assertFalse(stay.byWill());
    assertTrue(stay.why().contains("chunk"), stay.why());
  }

  private void restore(String name) throws Exception {
    Repair repair = repair();
    for (RepairStep step : repair.planReturn(List.of(name))) {
      assertInstanceOf(RepairStep.Outcome.Written.class, repair.perform(step));
    }
    repair.returned();
  }

  private List<RepairStep> plan() throws Exception {
    return repair().planReturn();
  }

  private Repair repair() throws Exception {
    return new Repair(
        repository,
        repository.snapshots(ObjectCache.none()),
        List.of(),
        Optional.empty(),
        () -> {});
  }
}
