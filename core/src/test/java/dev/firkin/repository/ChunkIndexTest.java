package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
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
