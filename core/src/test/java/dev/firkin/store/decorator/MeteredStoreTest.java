package dev.firkin.store.decorator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStoreContract;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MeteredStoreTest extends ObjectStoreContract {
  private final MeteredStore metered = new MeteredStore(new MemoryStore("test"));

  @Override
  protected ObjectStore openEmptyStore() {
    return metered;
  }

  @Test
  void countsCallsAndBytesByKind() throws Exception {
    stored("pages/1", bytes("12345"), IF_ABSENT);
    Traffic first = metered.traffic();
    metered.put(key("pages/1"), bytes("123"), IF_ABSENT);
    metered.get(key("pages/1"), 100);
    metered.get(key("pages/1"), 100);
    assertThrows(ObjectMissingException.class, () -> metered.get(key("pages/2"), 100));
    metered.head(key("pages/1"));
    listed(KeyPrefix.all());
    metered.delete(List.of(key("pages/1"), key("pages/2")));

    assertEquals(new Traffic(1, 0, 0, 0, 0, 0, 0, 5, 5, 0), first);
    assertEquals(new Traffic(1, 3, 1, 1, 2, 1, 1, 0, 3, 10), metered.traffic().since(first));
  }
}
