package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.repository.model.Manifest;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.Kind;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.decorator.RetryingStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A forget and a prune in which the n-th call to the store fails, for every n that is not like the
 * others, before its effect or after: what is left is sound, and the next run ends what this one
 * began.
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
    make(shelf);
  }

  private void make(Shelf shelf) throws Exception {
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
    List<Integer> calls = differing(counting);
    for (int n : calls) {
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
    assertTrue(failed > calls.size() / 2, failed + " of " + calls.size() + " failed");
  }

  /** Without encryption; of what is condemned some is named again, by one manifest alone. */
  private void condemnWhatIsNeededAgain() throws Exception {
    shelf = Shelf.plain(folder.resolve("plain"));
    make(shelf);
    shelf.forget(shelf.store, first);
    shelf.prune(WEEK);
    shelf.push(4, List.of(1L, 2L, 3L, 4L, 5L, 6L), Optional.empty());
    shelf.clock.pass(WEEK.plusHours(1));
    before = shelf.contents();
  }

  /** What is not refused; of what is read, its failure has no effect to come after. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"REFUSED", "BUSY"},
      mode = EnumSource.Mode.EXCLUDE)
  void whateverAPruneMeetsNothingThatIsNeededGoes(Kind kind) throws Exception {
    boolean askedAgain = kind == Kind.UNAVAILABLE;
    List<When> times = askedAgain ? List.of(When.values()) : List.of(When.BEFORE_THE_EFFECT);
    condemnWhatIsNeededAgain();
    FaultyStore counting = new FaultyStore(shelf.store);
    assertTrue(shelf.prune(counting, A_WEEK, List.of()).deleted().chunks() > 0);
    Set<ObjectKey> after = butRecords();
    int met = 0;
    long deleted = 0;
    List<Integer> calls = differing(counting);
    for (int n : calls) {
      for (When when : times) {
        shelf.reset(before);
        shelf.clock.pass(WEEK.plusHours(1));
        FaultyStore faulty = new FaultyStore(shelf.store).failCall(n, when, kind.failure());
        try (ObjectStore through = askedAgain ? faulty.askedAgain() : faulty) {
          deleted += shelf.prune(through, A_WEEK, List.of()).deleted().chunks();
        } catch (FirkinException e) {
          met++;
        }
        shelf.store.delete(shelf.keys("leases/"));
        shelf.assertSound();
        // What was condemned is condemned anew where its record could not be read.
        shelf.prune(WEEK);
        shelf.clock.pass(WEEK.plusHours(1));
        shelf.prune(WEEK);
        assertEquals(after, butRecords(), "call " + n + ", " + when);
      }
    }
    assertTrue(deleted > 0);
    if (askedAgain) {
      assertEquals(0, met);
    } else {
      assertTrue(met > calls.size() / 2, met + " of " + calls.size() + " failed");
    }
  }

  /** What was forgotten is recorded twice where its first record could not be read. */
  private Set<ObjectKey> butRecords() throws Exception {
    Set<ObjectKey> keys = new TreeSet<>(shelf.contents().keySet());
    assertTrue(keys.removeIf(key -> key.value().startsWith("forgotten/")));
    return keys;
  }

  /** Every third call fails: whatever can go wrong together does. */
  @Test
  void manyFaultsCostNothingThatIsNeeded() throws Exception {
    condemnWhatIsNeededAgain();
    shelf.prune(WEEK);
    Set<ObjectKey> after = shelf.contents().keySet();
    for (int seed = 0; seed < 20; seed++) {
      shelf.reset(before);
      shelf.clock.pass(WEEK.plusHours(1));
      FaultyStore faulty = new FaultyStore(shelf.store, seed).failRandomly(0.3);
      try (RetryingStore retrying = faulty.askedAgain()) {
        shelf.prune(retrying, A_WEEK, List.of());
      } catch (FirkinException e) {
        shelf.store.delete(shelf.keys("leases/"));
      }
      shelf.assertSound();
      shelf.prune(WEEK);
      assertEquals(after, shelf.contents().keySet(), "seed " + seed);
    }
  }

  /** Each call of a prune but the lists of the 256 folders of chunks: of these each 16th. */
  private static List<Integer> differing(FaultyStore counting) {
    List<Integer> alike = List.copyOf(counting.lists(KeyPrefix.of("chunks/")));
    assertTrue(alike.size() > 200, alike.size() + " lists");
    return IntStream.rangeClosed(1, counting.calls())
        .filter(n -> !alike.contains(n) || alike.indexOf(n) % 16 == 0)
        .boxed()
        .toList();
  }
}
