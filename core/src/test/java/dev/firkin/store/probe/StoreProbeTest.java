package dev.firkin.store.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUrl;
import dev.firkin.store.StoredObject;
import dev.firkin.store.decorator.ForwardingStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreProbeTest {
  private final MemoryStore memory = new MemoryStore("probed");

  @Test
  void aStoreThatKeepsAllItsPromises() throws Exception {
    StoreTraits traits = StoreProbe.thorough(memory);

    assertTrue(traits.conditions());
    assertEquals(new Rivalry(3, 8, 0), traits.ifAbsent());
    assertEquals(new Rivalry(3, 8, 0), traits.ifMatches());
    assertTrue(traits.listsAtOnce());
    assertTrue(traits.readsNewest());
    assertTrue(traits.deletion().isEmpty());
    assertEquals(Duration.ZERO, traits.ahead());
    assertEquals(List.of(), keys(memory));
  }

  @Test
  void aFolder(@TempDir Path folder) throws Exception {
    try (ObjectStore store =
        ObjectStores.create(
            StoreUrl.parse(folder.resolve("store").toString()), StoreOptions.defaults())) {
      StoreTraits traits = StoreProbe.thorough(store);
      assertTrue(traits.conditions(), traits::toString);
      assertTrue(traits.listsAtOnce() && traits.readsNewest(), traits::toString);
      assertEquals(Duration.ZERO, traits.ahead());
      assertEquals(List.of(), keys(store));
    }
  }

  @Test
  void conditionsThatMeanNothing() throws Exception {
    ObjectStore lax =
        new ForwardingStore(memory) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            return store.put(key, body, PutCondition.always());
          }
        };
    assertFalse(StoreProbe.brief(lax).conditions());
    StoreTraits traits = StoreProbe.thorough(lax);
    assertEquals(3, traits.ifAbsent().wrong());
    assertEquals(3, traits.ifMatches().wrong());
  }

  /** The first looks, the second looks, the first writes, the second writes. */
  @Test
  void conditionsThatAreOnlyLookedAtBefore() throws Exception {
    ObjectStore racing =
        new ForwardingStore(memory) {
          private final AtomicInteger looking = new AtomicInteger();

          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            if (condition instanceof PutCondition.IfAbsent) {
              boolean absent = store.head(key).isEmpty();
              looking.incrementAndGet();
              while (looking.get() % 2 != 0) {
                Thread.onSpinWait(); // until the other one has looked too
              }
              return absent ? store.put(key, body, PutCondition.always()) : PutResult.refused();
            }
            return store.put(key, body, condition);
          }
        };
    StoreTraits traits = StoreProbe.brief(racing);
    assertFalse(traits.ifAbsent().fair());
    assertTrue(traits.ifMatches().fair());
  }

  @Test
  void listsThatAreLate() throws Exception {
    ObjectStore late =
        new ForwardingStore(memory) {
          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) {}
        };
    assertFalse(StoreProbe.brief(late).listsAtOnce());
  }

  @Test
  void listsThatShowWhatWasDeleted() throws Exception {
    List<ObjectInfo> seen = new ArrayList<>();
    ObjectStore late =
        new ForwardingStore(memory) {
          @Override
          public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
            store.list(prefix, seen::add);
            List.copyOf(seen).forEach(each);
          }
        };
    assertFalse(StoreProbe.brief(late).listsAtOnce());
  }

  @Test
  void readsThatAreLate() throws Exception {
    List<StoredObject> first = new ArrayList<>();
    ObjectStore late =
        new ForwardingStore(memory) {
          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            PutResult result = store.put(key, body, condition);
            if (first.isEmpty()) {
              first.add(store.get(key, 1 << 10));
            }
            return result;
          }

          @Override
          public StoredObject get(ObjectKey key, int maxBytes) {
            return first.getFirst();
          }
        };
    assertFalse(StoreProbe.brief(late).readsNewest());
  }

  @Test
  void whoMayNotDeleteIsTold() throws Exception {
    ObjectStore locked =
        new ForwardingStore(memory) {
          @Override
          public void delete(Collection<ObjectKey> keys) throws StoreException {
            throw new StoreRefusedException(location(), null, "deleting is denied", null, null);
          }
        };
    StoreTraits traits = StoreProbe.brief(locked);
    assertEquals("deleting is denied", traits.deletion().orElseThrow().getMessage());
    assertTrue(traits.listsAtOnce());
  }

  @Test
  void clocksThatDiffer() throws Exception {
    Instant here = Instant.parse("2026-11-22T12:00:00Z");
    assertEquals(Duration.ofHours(1), ahead(here, Duration.ofHours(1)));
    assertEquals(Duration.ofMinutes(-20), ahead(here, Duration.ofMinutes(-20)));
    assertEquals(Duration.ZERO, ahead(here, Duration.ofMillis(900)));
  }

  private static Duration ahead(Instant here, Duration difference) throws Exception {
    ObjectStore store = new MemoryStore("ahead", InstantSource.fixed(here.plus(difference)));
    return StoreProbe.thorough(store, InstantSource.fixed(here)).ahead();
  }

  /** The folder may be one of a bucket that others use too. */
  @Test
  void whatOthersHaveThereStays() throws Exception {
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    Instant[] time = {now.minus(Duration.ofDays(400))};
    MemoryStore store = new MemoryStore("shared", () -> time[0]);
    List<String> others =
        List.of("probe/0123456789abcdef-first", "probe/results-2024.csv", "probe/sub/x");
    for (String other : others) {
      put(store, other);
    }
    time[0] = now;
    StoreProbe.brief(store);
    assertEquals(others, keys(store));
  }

  @Test
  void whoSaysThatConditionsAreNotDecidedIsBelieved() throws Exception {
    ObjectStore asking =
        new ForwardingStore(memory) {
          @Override
          public boolean decidesConditions() {
            return false;
          }
        };
    assertFalse(StoreProbe.brief(asking).conditions());
  }

  @Test
  void afterAFailureNothingIsLeft() throws Exception {
    ObjectStore failing =
        new ForwardingStore(memory) {
          @Override
          public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
            throw new StoreRefusedException(location(), key, "reading is denied", null, null);
          }
        };
    assertThrows(StoreRefusedException.class, () -> StoreProbe.brief(failing));
    assertEquals(List.of(), keys(memory));
  }

  private static void put(ObjectStore store, String key) throws StoreException {
    PutResult result =
        store.put(ObjectKey.of(key), ByteBuffer.wrap(new byte[1]), PutCondition.always());
    assertTrue(result instanceof PutResult.Stored);
  }

  private static List<String> keys(ObjectStore store) throws StoreException {
    List<String> keys = new ArrayList<>();
    store.list(KeyPrefix.all(), info -> keys.add(info.key().value()));
    return keys;
  }
}
