package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Checkpoint.Mark;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StoredPrefixTest {
  private static final List<Mark> MARKS =
      List.of(new Mark(500, Hash256.of(new byte[32])), new Mark(1_000, Hash256.of(new byte[32])));

  /** The reader was at 1,000; what it had looked into is what it made chunks of, at the least. */
  @Test
  void whatOnlyTheHasherHasSeenIsNotChecked() {
    assertEquals(300, new StoredPrefix(MARKS, 100, 200).checkedBytes());
    assertEquals(1_000, new StoredPrefix(MARKS, 900, 200).checkedBytes());
    assertEquals(0, new StoredPrefix(List.of(), 0, 0).checkedBytes());
  }
}
