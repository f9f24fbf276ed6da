package dev.firkin.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.NoMatchingIdentityException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
  private final AgeIdentity identity = AgeIdentity.generate();
  private final Codec plain = Codec.plain(3);
  private final Codec encrypted =
      Codec.encrypted(3, List.of(identity.recipient()), List.of(identity));

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 65_536, 1_000_000, 4 << 20})
  void decodesWhatItEncoded(int length) throws Exception {
    byte[] compressible = new byte[length];
    byte[] random = new byte[length];
    new Random(length).nextBytes(random);
    for (Codec codec : List.of(plain, encrypted)) {
      for (byte[] plaintext : List.of(compressible, random)) {
        byte[] before = plaintext.clone();
        ByteBuffer stored = codec.encode(plaintext);
        assertArrayEquals(before, plaintext);
        assertArrayEquals(plaintext, codec.decode(stored.asReadOnlyBuffer(), length));
        assertArrayEquals(plaintext, codec.decode(stored, length));
      }
    }
  }

  @Test
  void refusesAFrameThatClaimsMoreThanIsRight() {
    ByteBuffer bomb = plain.encode(new byte[1 << 20]);
    assertTrue(bomb.remaining() < 200);
    assertThrows(CodecException.class, () -> plain.decode(bomb, (1 << 20) - 1));
  }

  @Test
  void noticesEveryFlippedByteOfACompressedFrame() throws Exception {
    byte[] plaintext = new byte[500];
    new Random(5).nextBytes(plaintext);
    Arrays.fill(plaintext, 100, 300, (byte) 'x');
    ByteBuffer stored = plain.encode(plaintext);
    for (int i = 0; i < stored.remaining(); i++) {
      byte[] flipped = Arrays.copyOf(stored.array(), stored.remaining());
      flipped[i] ^= 4;
      try {
        // What no checksum of the frame covers (unused header bits) must still decode right.
        assertArrayEquals(plaintext, plain.decode(ByteBuffer.wrap(flipped), 500));
      } catch (CodecException e) {
        assertTrue(e.getMessage().contains("zstd"), e::getMessage);
      }
    }
  }

  @Test
  void refusesTruncationSurplusAndNonsense() {
    for (Codec codec : List.of(plain, encrypted)) {
      ByteBuffer stored = codec.encode(new byte[1000]);
      byte[] bytes = Arrays.copyOf(stored.array(), stored.remaining());
      for (int length = 0; length < bytes.length; length++) {
        ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
        assertThrows(CodecException.class, () -> codec.decode(cut, 1000));
      }
      ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 3));
      assertThrows(FirkinException.class, () -> codec.decode(longer, 1000));
      ByteBuffer twice = ByteBuffer.allocate(2 * bytes.length).put(bytes).put(bytes).flip();
      assertThrows(FirkinException.class, () -> codec.decode(twice, 2000));
    }
  }

  @Test
  void whoHasNoIdentityCanOnlyWrite() {
    Codec writer = Codec.encrypted(3, List.of(identity.recipient()), List.of());
    ByteBuffer stored = writer.encode(new byte[10]);
    assertThrows(NoMatchingIdentityException.class, () -> writer.decode(stored, 10));
    Codec stranger =
        Codec.encrypted(3, List.of(identity.recipient()), List.of(AgeIdentity.generate()));
    assertThrows(NoMatchingIdentityException.class, () -> stranger.decode(stored, 10));
  }
}
