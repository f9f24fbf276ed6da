package dev.firkin.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Hash256Test {
  @Test
  void bytesAndTextAndBuffersAgree() {
    byte[] bytes = new byte[32];
    new Random(1).nextBytes(bytes);
    Hash256 hash = Hash256.of(bytes);
    assertArrayEquals(bytes, hash.toBytes());
    assertEquals(hash, Hash256.parse(hash.toString()));
    ByteBuffer buffer = ByteBuffer.allocate(34).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put((byte) 1);
    hash.write(buffer);
    assertEquals(33, buffer.position());
    assertEquals(hash, Hash256.read(buffer.position(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "G", "ABCDEF"})
  void refusesWhatIsNoHash(String tail) {
    assertThrows(IllegalArgumentException.class, () -> Hash256.parse(tail));
    assertThrows(
        IllegalArgumentException.class, () -> Hash256.parse("0".repeat(63 - tail.length()) + tail));
    assertThrows(IllegalArgumentException.class, () -> ChunkId.parse("F".repeat(64)));
  }
}
