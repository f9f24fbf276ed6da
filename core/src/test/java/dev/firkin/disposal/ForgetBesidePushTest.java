package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firkin.repository.Catalog;
import dev.firkin.repository.LeaseHeldException;
import dev.firkin.retention.Preserve;
import dev.firkin.retention.PreserveMin;
import dev.firkin.retention.RetentionCalendar;
import dev.firkin.retention.RetentionPolicy;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import dev.firkin.transfer.SweptException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A push has chosen the snapshot s1 as its parent, and is not at its end, when another host forgets
 * s1. In every order: no delta is left whose parent is gone.
 */
@Timeout(120)
final class ForgetBesidePushTest {
  private static final List<Long> CONTENTS = List.of(31L, 32L, 33L);
  private static final Optional<Long> ON_S1 = Optional.of(1L);

  @TempDir private Path folder;
  private Shelf shelf;

  enum How {
    BY_NAME,
    BY_POLICY;

    ForgetPlan plan(Catalog catalog) throws DoubtException {
      return switch (this) {
        case BY_NAME ->
            ForgetPlan.of(
                catalog.manifests().stream().filter(m -> m.name().name().equals("s1")).toList(),
                catalog);
        case BY_POLICY ->
            ForgetPlan.by(
                new RetentionPolicy(
                    PreserveMin.parse("latest"),
                    Preserve.NO,
                    RetentionCalendar.standard(ZoneOffset.UTC)),
                catalog.manifests(),
                catalog,
                Set.of(),
                Instant.now().plusSeconds(1));
      };
    }
  }

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
    shelf.push(1, List.of(1L, 2L, 3L), Optional.empty());
    shelf.push(2, List.of(4L, 5L, 6L), Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(How.class)
  void aPushThatIsUnderWayIsNotDisturbed(How how) throws Exception {
    ObjectStore store =
        beforeTheFirst("chunks/", () -> assertThrows(LeaseHeldException.class, () -> forget(how)));
    shelf.push(store, 3, CONTENTS, ON_S1);
    assertEquals(List.of("v/s1", "v/s2", "v/s3"), shelf.names());

    forget(how);
    // By name what needs it goes with it; a policy keeps what the newest is based on.
    assertEquals(how == How.BY_NAME ? List.of("v/s2") : List.of("v/s1", "v/s3"), shelf.names());
    assertNothingIsBroken();
  }

  @ParameterizedTest
  @EnumSource(How.class)
  void whoForgetsIsNotDisturbedEither(How how) throws Exception {
    ObjectStore store =
        beforeTheFirst(
            "trash/",
            () ->
                assertThrows(
                    LeaseHeldException.class, () -> shelf.push(shelf.store, 3, CONTENTS, ON_S1)));
    shelf.forget(store, how::plan);
    assertEquals(List.of("v/s2"), shelf.names());
    assertNothingIsBroken();
  }

  /** Its lease has expired, and the other one took it for dead. */
  @ParameterizedTest
  @EnumSource(How.class)
  void aPushThatSleptMeanwhileStoresNothing(How how) throws Exception {
    assertSweptAt("chunks/", how);
  }

  /** It fell asleep between the last question whether it holds its lease and the manifest. */
  @ParameterizedTest
  @EnumSource(How.class)
  void aPushThatSleptBeforeItsLastCallTakesItsManifestBack(How how) throws Exception {
    assertSweptAt("snapshots/", how);
  }

  private void assertSweptAt(String put, How how) throws Exception {
    ObjectStore store =
        beforeTheFirst(
            put,
            () -> {
              shelf.clock.pass(Duration.ofMinutes(20));
              forget(how);
            });
    assertThrows(SweptException.class, () -> shelf.push(store, 3, CONTENTS, ON_S1));
    assertEquals(List.of("v/s2"), shelf.names());
    assertNothingIsBroken();
    shelf.push(3, CONTENTS, Optional.empty());
    assertEquals(List.of("v/s2", "v/s3"), shelf.names());
    assertNothingIsBroken();
  }

  private void forget(How how) throws Exception {
    shelf.forget(shelf.store, how::plan);
  }

  /** A prune would stop at a delta whose parent is gone. */
  private void assertNothingIsBroken() throws Exception {
    shelf.assertSound();
    assertFalse(shelf.names().isEmpty());
    shelf.prune(Duration.ofDays(7));
  }

  private interface Action {
    void run() throws Exception;
  }

  private ObjectStore beforeTheFirst(String folderOfPut, Action action) {
    AtomicBoolean done = new AtomicBoolean();
    return new ForwardingStore(shelf.store) {
      @Override
      public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
          throws StoreException {
        if (key.value().startsWith(folderOfPut) && done.compareAndSet(false, true)) {
          try {
            action.run();
          } catch (Exception e) {
            throw new AssertionError("what was to happen meanwhile failed", e);
          }
        }
        return store.put(key, body, condition);
      }
    };
  }
}
