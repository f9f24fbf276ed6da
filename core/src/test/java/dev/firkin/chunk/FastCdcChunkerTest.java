package dev.firkin.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.crypt.RepositoryKeys;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastCdcChunkerTest {
  private static final ChunkerParameters SMALL = ChunkerParameters.ofAverage(64 << 10);
  private static final long[] GEAR = RepositoryKeys.plain().gear();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void cutsTheSameHoweverTheBytesArrive(long seed) throws Exception {
    byte[] stream = random(seed, 3_000_000);
    assertEquals(lengths(chunks(stream, stream.length)), lengths(chunks(stream, 1_000)));
    assertEquals(lengths(chunks(stream, stream.length)), lengths(chunks(stream, 65_537)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 65_536, 262_144, 262_145, 5_000_000})
  void joinsToTheStreamAndKeepsTheBounds(int length) throws Exception {
    byte[] stream = random(length, length);
    List<byte[]> chunks = chunks(stream, 10_000);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int i = 0; i < chunks.size(); i++) {
      int n = chunks.get(i).length;
      assertTrue(n <= SMALL.maxBytes(), () -> "too large: " + n);
      assertTrue(n > SMALL.minBytes() || i == chunks.size() - 1, () -> "too small: " + n);
      joined.writeBytes(chunks.get(i));
    }
    assertArrayEquals(stream, joined.toByteArray());
  }

  @Test
  void cutsConstantBytesAtTheLargestSize() throws Exception {
    List<byte[]> chunks = chunks(new byte[SMALL.maxBytes() * 3 + 5], 100_000);
    assertEquals(List.of(SMALL.maxBytes(), SMALL.maxBytes(), SMALL.maxBytes(), 5), lengths(chunks));
  }

  @Test
  void averagesNearTheAverage() throws Exception {
    List<byte[]> chunks = chunks(random(7, 40_000_000), 1 << 20);
    double average = 40_000_000.0 / chunks.size();
    assertTrue(
        average > 0.8 * SMALL.averageBytes() && average < 1.6 * SMALL.averageBytes(),
        () -> "average " + average);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void insertedBytesMoveFewCuts(long seed) throws Exception {
    byte[] before = random(seed, 8_000_000);
    Random random = new Random(seed);
    int at = random.nextInt(before.length);
    byte[] inserted = random(seed + 1, 1 + random.nextInt(100));
    byte[] after = new byte[before.length + inserted.length];
    System.arraycopy(before, 0, after, 0, at);
    System.arraycopy(inserted, 0, after, at, inserted.length);
    System.arraycopy(before, at, after, at + inserted.length, before.length - at);

    Set<Integer> known = new HashSet<>();
    chunks(before, 1 << 20).forEach(c -> known.add(Arrays.hashCode(c)));
    long fresh =
        chunks(after, 1 << 20).stream().filter(c -> !known.contains(Arrays.hashCode(c))).count();
    assertTrue(fresh <= 4, () -> fresh + " chunks changed by one insertion");
  }

  @Test
  void anotherGearTableCutsElsewhere() throws Exception {
    byte[] stream = random(21, 4_000_000);
    long[] other = new Random(22).longs(FastCdcChunker.GEAR_WORDS).toArray();
    List<byte[]> chunks = new ArrayList<>();
    FastCdcChunker chunker = new FastCdcChunker(SMALL, other);
    chunker.write(stream, 0, stream.length, chunks::add);
    chunker.finish(chunks::add);
    assertTrue(!lengths(chunks).equals(lengths(chunks(stream, stream.length))));
  }

  /** The cut points of the format, pinned: a change here makes every repository forget its data. */
  @Test
  void cutsWhereTheFormatSays() throws Exception {
    byte[] stream = new byte[1_000_000];
    long x = 88172645463325252L; // xorshift64, so that no library's generator is part of the format
    for (int i = 0; i < stream.length; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      stream[i] = (byte) x;
    }
    assertEquals(naiveLengths(stream), lengths(chunks(stream, 777)));
  }

  /** The rule of docs/format.md, section 4, word for word. */
  private static List<Integer> naiveLengths(byte[] stream) {
    List<Integer> lengths = new ArrayList<>();
    int start = 0;
    while (start < stream.length) {
      long fp = 0;
      int end = -1;
      for (int i = 0; start + i < stream.length && end < 0; i++) {
        if (i >= SMALL.minBytes()) {
          fp = (fp << 1) + GEAR[stream[start + i] & 0xff];
          int bits = 16 + (i < SMALL.averageBytes() ? 2 : -2);
          if (Long.numberOfLeadingZeros(fp) >= bits) {
            end = i + 1;
          }
        }
        if (i + 1 == SMALL.maxBytes()) {
          end = i + 1;
        }
      }
      int length = end < 0 ? stream.length - start : end;
      lengths.add(length);
      start += length;
    }
    return lengths;
  }

  private static List<byte[]> chunks(byte[] stream, int slice) throws Exception {
    List<byte[]> chunks = new ArrayList<>();
    FastCdcChunker chunker = new FastCdcChunker(SMALL, GEAR);
    for (int at = 0; at < stream.length; at += slice) {
      chunker.write(stream, at, Math.min(slice, stream.length - at), chunks::add);
    }
    chunker.finish(chunks::add);
    return chunks;
  }

  private static List<Integer> lengths(List<byte[]> chunks) {
    return chunks.stream().map(c -> c.length).toList();
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
