package dev.firkin.repository.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.chunk.Hash256;
import dev.firkin.repository.model.Checkpoint.Mark;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  /** A stream that differs somewhere is to be noticed soon, wherever that is. */
  @Test
  void marksStaySpreadOverTheWholeStream() {
    int appended = 10_000;
    List<Mark> marks = List.of();
    for (int i = 1; i <= appended; i++) {
      marks = Mark.append(marks, mark(i));
      assertTrue(marks.size() <= Checkpoint.MAX_MARKS);
      assertEquals(mark(1), marks.getFirst());
      assertEquals(mark(i), marks.getLast());
    }
    long largest = 0;
    for (int i = 1; i < marks.size(); i++) {
      long gap = marks.get(i).streamBytes() - marks.get(i - 1).streamBytes();
      assertTrue(gap > 0);
      largest = Math.max(largest, gap);
    }
    assertTrue(largest < appended / 10, "a gap of " + largest);
  }

  @Test
  void aMarkIsBehindAByteAtLeast() {
    assertThrows(IllegalArgumentException.class, () -> mark(0));
  }

  private static Mark mark(long streamBytes) {
    return new Mark(streamBytes, new Hash256(streamBytes, 0, 0, 0));
  }
}
