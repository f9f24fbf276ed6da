package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.Catalog;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.retention.Preserve;
import dev.firkin.retention.PreserveMin;
import dev.firkin.retention.RetentionCalendar;
import dev.firkin.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ForgetPlanTest {
  private static final RetentionPolicy LATEST =
      new RetentionPolicy(
          PreserveMin.parse("latest"), Preserve.NO, RetentionCalendar.standard(ZoneOffset.UTC));

  @TempDir private Path folder;
  private Shelf shelf;

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
  }

  @Test
  void whatTheNewestIsBasedOnStays() throws Exception {
    shelf.push(1, List.of(1L), Optional.empty());
    shelf.push(2, List.of(2L), Optional.of(1L));
    shelf.push(3, List.of(3L), Optional.of(1L));
    shelf.push(4, List.of(4L), Optional.of(3L));
    assertEquals(
        Map.of("v/s1", "needed by v/s4", "v/s3", "needed by v/s4", "v/s4", "the newest"),
        kept(plan(Set.of())));
  }

  @Test
  void whatIsMarkedStaysWithWhatItIsBasedOn() throws Exception {
    shelf.push(1, List.of(1L), Optional.empty());
    Manifest marked = shelf.push(2, List.of(2L), Optional.of(1L));
    shelf.push(3, List.of(3L), Optional.empty());
    assertEquals(
        Map.of("v/s1", "needed by v/s2", "v/s2", "marked to be kept", "v/s3", "the newest"),
        kept(plan(Set.of(marked.id()))));
  }

  @Test
  void whatAnotherVolumeNeedsStays() throws Exception {
    shelf.push(1, List.of(1L), Optional.empty());
    shelf.push(2, List.of(2L), Optional.empty());
    Manifest other = shelf.push(3, List.of(3L), Optional.of(1L));
    Catalog catalog = shelf.snapshots().load();
    List<Manifest> candidates =
        catalog.manifests().stream().filter(m -> !m.id().equals(other.id())).toList();
    ForgetPlan plan = ForgetPlan.by(LATEST, candidates, catalog, Set.of(), now());
    assertEquals(Map.of("v/s1", "needed by v/s3", "v/s2", "the newest"), kept(plan));
    assertEquals(List.of(), plan.order());
  }

  @Test
  void ofTwoFormsTheOneIsNeededThatARestoreTakes() throws Exception {
    shelf.push(1, List.of(1L), Optional.empty());
    shelf.push(2, List.of(2L), Optional.of(1L));
    shelf.push(2, List.of(2L), Optional.empty());
    shelf.push(3, List.of(3L), Optional.of(2L));
    ForgetPlan plan = plan(Set.of());
    // The full form of s2 is; its delta form, and what that is on, is not.
    assertEquals(
        List.of(false, false, true, true), plan.verdicts().stream().map(v -> v.isKept()).toList());
    assertTrue(plan.verdicts().get(2).snapshot().stream().parentUuid().isEmpty());
  }

  @Test
  void deltasGoBeforeWhatTheyAreBasedOn() throws Exception {
    shelf.push(1, List.of(1L), Optional.empty());
    shelf.push(2, List.of(2L), Optional.of(1L));
    shelf.push(3, List.of(3L), Optional.of(2L));
    shelf.push(4, List.of(4L), Optional.of(1L));
    shelf.push(5, List.of(5L), Optional.empty());
    List<String> order = plan(Set.of()).order().stream().map(m -> m.name().name()).toList();
    assertEquals(Set.of("s1", "s2", "s3", "s4"), Set.copyOf(order));
    assertTrue(order.indexOf("s3") < order.indexOf("s2"), order::toString);
    assertEquals("s1", order.getLast());
  }

  @Test
  void byNameTakesAllThatCannotBeRestoredWithoutIt() throws Exception {
    Manifest first = shelf.push(1, List.of(1L), Optional.empty());
    shelf.push(2, List.of(2L), Optional.of(1L));
    shelf.push(3, List.of(3L), Optional.of(2L));
    shelf.push(2, List.of(2L), Optional.empty());
    ForgetPlan plan = ForgetPlan.of(List.of(first), shelf.snapshots().load());
    // s3 can still be restored, from the full form of s2; the delta form of s2 cannot.
    assertEquals(
        List.of("v/s2", "v/s1"), plan.order().stream().map(m -> m.name().toString()).toList());
    assertTrue(plan.order().getFirst().stream().parentUuid().isPresent());
  }

  @Test
  void nothingIsPlannedWhereAManifestCannotBeRead() throws Exception {
    Manifest first = shelf.push(1, List.of(1L), Optional.empty());
    shelf.push(2, List.of(2L), Optional.empty());
    Catalog catalog =
        new Catalog(
            shelf.snapshots().load().manifests(),
            List.of(new DamagedException("snapshots/x", "damaged", null, null)));
    assertThrows(DoubtException.class, () -> ForgetPlan.of(List.of(first), catalog));
    assertThrows(
        DoubtException.class,
        () -> ForgetPlan.by(LATEST, catalog.manifests(), catalog, Set.of(), now()));
  }

  private ForgetPlan plan(Set<SnapshotId> marked) throws Exception {
    Catalog catalog = shelf.snapshots().load();
    return ForgetPlan.by(LATEST, catalog.manifests(), catalog, marked, now());
  }

  private static Instant now() {
    return Instant.now().plusSeconds(1);
  }

  private static Map<String, String> kept(ForgetPlan plan) {
    return plan.verdicts().stream()
        .filter(v -> v.isKept())
        .collect(
            Collectors.toMap(
                v -> v.snapshot().name().toString(), v -> v.kept().orElseThrow().toString()));
  }
}
