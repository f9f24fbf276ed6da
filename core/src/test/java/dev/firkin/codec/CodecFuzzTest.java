package dev.firkin.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firkin.crypt.Age;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.NoMatchingIdentityException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes in place of a stored object. */
class CodecFuzzTest {
  private static final int MAX_BYTES = 1 << 20;
  private static final AgeIdentity IDENTITY = AgeIdentity.ofScalar(filled(32));
  private static final Codec PLAIN = Codec.plain(3);
  private static final Codec ENCRYPTED =
      Codec.encrypted(3, List.of(IDENTITY.recipient()), List.of(IDENTITY));

  @MethodSource("frames")
  @FuzzTest
  void frames(byte[] stored) throws Exception {
    try {
      assertTrue(PLAIN.decode(ByteBuffer.wrap(stored), MAX_BYTES).length <= MAX_BYTES);
    } catch (CodecException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("zstd"), e::toString);
    }
  }

  @MethodSource("frames")
  @FuzzTest
  void framesInAgeFiles(byte[] frame) throws Exception {
    ByteBuffer stored = Age.encrypt(List.of(IDENTITY.recipient()), ByteBuffer.wrap(frame));
    try {
      assertTrue(ENCRYPTED.decode(stored, MAX_BYTES).length <= MAX_BYTES);
    } catch (CodecException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("zstd"), e::toString);
    }
  }

  @MethodSource("ageFiles")
  @FuzzTest
  void ageFiles(byte[] stored) throws Exception {
    try {
      assertTrue(ENCRYPTED.decode(ByteBuffer.wrap(stored), MAX_BYTES).length <= MAX_BYTES);
    } catch (CodecException | NoMatchingIdentityException e) {
      assertTrue(String.valueOf(e.getMessage()).length() < 1000);
    }
  }

  static Stream<Arguments> frames() {
    return plaintexts().map(plaintext -> Arguments.of((Object) bytes(PLAIN.encode(plaintext))));
  }

  static Stream<Arguments> ageFiles() {
    return plaintexts().map(plaintext -> Arguments.of((Object) bytes(ENCRYPTED.encode(plaintext))));
  }

  private static Stream<byte[]> plaintexts() {
    byte[] random = new byte[300];
    new Random(1).nextBytes(random);
    return Stream.of(
        new byte[1],
        new byte[MAX_BYTES],
        new byte[MAX_BYTES + 1],
        random,
        "the same words, the same words and others".repeat(20).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }
}
