package dev.firkin.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PiecesTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "262144, 1",
    "262145, 2",
    "524288, 2",
    "524289, 3",
    "1000003, 4",
    "4194304, 16"
  })
  void areTheChunkAndAboutTheSameLength(int bytes, int count) {
    byte[] chunk = new byte[bytes];
    new Random(bytes).nextBytes(chunk);

    List<byte[]> pieces = Pieces.of(chunk);

    ByteArrayOutputStream together = new ByteArrayOutputStream();
    pieces.forEach(together::writeBytes);
    assertArrayEquals(chunk, together.toByteArray());
    assertEquals(count, pieces.size());
    assertEquals(count > 1, Pieces.areSmallerThan(bytes));
    assertArrayEquals(Pieces.firstOf(chunk), pieces.getFirst());
    for (byte[] piece : pieces) {
      assertTrue(piece.length <= Pieces.MOST_BYTES);
      assertTrue(piece.length >= pieces.getFirst().length - count, "a crumb");
    }
  }
}
