package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkIndexTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void agreesWithAMap(long seed) {
    Random random = new Random(seed);
    Map<ChunkId, Integer> map = new HashMap<>();
    try (ChunkIndex index = new ChunkIndex()) {
      for (int i = 0; i < 20_000; i++) {
        ChunkId id = id(random, i % 3 == 0);
        int value = 1 + random.nextInt(Integer.MAX_VALUE - 1);
        map.put(id, value);
        index.put(id, value);
      }
      map.forEach((id, value) -> assertEquals(OptionalInt.of(value), index.get(id)));
      assertEquals(map.size(), index.size());
      for (int i = 0; i < 1000; i++) {
        ChunkId stranger = id(random, false);
        assertEquals(map.containsKey(stranger), index.get(stranger).isPresent());
      }
    }
  }

  @Test
  void visitsEachOnce() {
    Random random = new Random(5);
    ChunkId id = id(random, false);
    try (VisitedChunks visited = new VisitedChunks()) {
      assertTrue(visited.add(id));
      assertFalse(visited.add(id));
      assertEquals(1, visited.size());
    }
  }

  /** Never "no" for what is in it; for a stranger, only where its first half is that of another. */
  @Test
  void theCompactSetHasAllThatWasAdded() {
    Random random = new Random(7);
    Set<ChunkId> added = new HashSet<>();
    added.add(new ChunkId(new Hash256(0, 0, 1, 2)));
    added.add(new ChunkId(new Hash256(1, 0, 1, 2)));
    for (int i = 0; i < 50_000; i++) {
      added.add(id(random, i % 3 == 0));
    }
    try (ChunkSet set = new ChunkSet()) {
      assertFalse(set.contains(new ChunkId(new Hash256(0, 0, 1, 2))));
      for (ChunkId id : added) {
        boolean isNew = set.add(id);
        assertTrue(isNew || id.hash().w1() == 0, id::toString);
        assertFalse(set.add(id));
      }
      added.forEach(id -> assertTrue(set.contains(id), id::toString));
      assertTrue(set.size() >= added.size() - 1 && set.size() <= added.size());
      for (int i = 0; i < 10_000; i++) {
        ChunkId stranger = id(random, false);
        assertEquals(added.contains(stranger), set.contains(stranger));
      }
    }
  }

  /** Some collide in the word that is probed by. */
  private static ChunkId id(Random random, boolean colliding) {
    return new ChunkId(
        new Hash256(
            random.nextLong(),
            colliding ? random.nextInt(4) : random.nextLong(),
            random.nextLong(),
            random.nextLong()));
  }
}
