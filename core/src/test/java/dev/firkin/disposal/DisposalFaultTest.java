package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.ObjectKey;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A forget and a prune in which the n-th call to the store fails, for every n, before its effect or
 * after: what is left is sound, and the next run ends what this one began.
 */
@Timeout(300)
final class DisposalFaultTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Prune.Options A_WEEK = new Prune.Options(WEEK, false, false);

  @TempDir private Path folder;
  private Shelf shelf;
  private Manifest first;
  private Manifest delta;
  private Map<ObjectKey, ByteBuffer> before;

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
    first = shelf.push(1, List.of(1L, 2L, 3L, 4L, 5L, 6L), Optional.empty());
    delta = shelf.push(2, List.of(7L, 8L), Optional.of(1L));
    shelf.push(3, List.of(1L, 2L, 3L, 4L, 9L), Optional.empty());
    before = shelf.contents();
  }

  @Test
  void thereIsSomethingToDo() throws Exception {
    shelf.forget(shelf.store, first);
    assertEquals(List.of("v/s3"), shelf.names());
    assertTrue(shelf.prune(WEEK).condemned().chunks() > 0);
  }

  @ParameterizedTest
  @EnumSource(When.class)
  void aForgetThatDiesLeavesWhatCanBeRestored(When when) throws Exception {
    FaultyStore counting = new FaultyStore(shelf.store);
    shelf.forget(counting, first);
    assertTrue(counting.calls() > 10, counting.calls() + " calls");
    for (int n = 1; n <= counting.calls(); n++) {
      shelf.reset(before);
      FaultyStore faulty = new FaultyStore(shelf.store).failCall(n, when, Failure.refused());
      try {
        shelf.forget(faulty, first);
      } catch (FirkinException e) {
        shelf.assertSound();
      }
      shelf.store.delete(shelf.keys("leases/"));
      List<Manifest> left =
          shelf.snapshots().load().manifests().stream()
              .filter(m -> m.id().equals(first.id()) || m.id().equals(delta.id()))
              .toList();
      shelf.forget(shelf.store, left.toArray(Manifest[]::new));
      assertEquals(List.of("v/s3"), shelf.names(), "call " + n + ", " + when);
      shelf.assertSound();
    }
  }

  @ParameterizedTest
  @EnumSource(When.class)
  void aPruneThatDiesIsEndedByTheNext(When when) throws Exception {
    shelf.forget(shelf.store, first);
    shelf.prune(WEEK);
    shelf.clock.pass(WEEK.plusHours(1));
    before = shelf.contents();
    FaultyStore counting = new FaultyStore(shelf.store);
    assertTrue(shelf.prune(counting, A_WEEK, List.of()).deleted().chunks() > 0);
    Map<ObjectKey, ByteBuffer> after = shelf.contents();
    int failed = 0;
    for (int n = 1; n <= counting.calls(); n++) {
      shelf.reset(before);
      shelf.clock.pass(WEEK.plusHours(1));
      FaultyStore faulty = new FaultyStore(shelf.store).failCall(n, when, Failure.refused());
      try {
        shelf.prune(faulty, A_WEEK, List.of());
      } catch (FirkinException e) {
        failed++;
      }
      shelf.store.delete(shelf.keys("leases/"));
      shelf.assertSound();
      shelf.prune(WEEK);
      assertEquals(after, shelf.contents(), "call " + n + ", " + when);
    }
    assertTrue(failed > counting.calls() / 2, failed + " of " + counting.calls() + " failed");
  }
}
