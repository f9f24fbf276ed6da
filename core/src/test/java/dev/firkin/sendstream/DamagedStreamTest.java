package dev.firkin.sendstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedStreamTest {
  private static final int MAGIC_BYTES = 13;
  private static final int HEADER_BYTES = 17;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void rejectsStreamTruncatedAnywhere(int version) throws Exception {
    byte[] stream = smallStream(version);
    for (int length = MAGIC_BYTES; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      var e =
          assertThrows(
              MalformedStreamException.class, () -> SplitStream.of(cut), "cut to " + length);
      assertTrue(e.truncated(), e.getMessage());
      assertEquals(length, e.streamOffset());
    }
  }

  @Test
  void rejectsSecondStreamTruncatedAnywhere() throws Exception {
    byte[] first = smallStream(2);
    byte[] both = concatenated(first, smallStream(1));
    for (int length = first.length + 1; length < both.length; length++) {
      byte[] cut = Arrays.copyOf(both, length);
      var e = assertThrows(MalformedStreamException.class, () -> SplitStream.of(cut));
      assertTrue(e.truncated(), e.getMessage());
    }
    assertEquals(both.length, SplitStream.of(both).summary().totalBytes());
  }

  /**
   * A flipped bit of the magic makes the stream opaque, and one of the version can make another
   * valid version of it (1 and 3, 2 and 3): no CRC covers those 17 bytes. Both still come back byte
   * for byte. Every other flipped bit is found.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void rejectsEverySingleFlippedBit(int version) throws Exception {
    byte[] stream = smallStream(version);
    for (int bit = 0; bit < stream.length * 8; bit++) {
      byte[] flipped = stream.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      int otherVersion = flipped[MAGIC_BYTES];
      if (bit / 8 < MAGIC_BYTES) {
        SplitStream split = SplitStream.of(flipped);
        assertInstanceOf(StreamSummary.OpaqueStream.class, split.summary());
        assertArrayEquals(flipped, split.woven());
      } else if (bit / 8 == MAGIC_BYTES && otherVersion >= 1 && otherVersion <= 3) {
        try {
          assertArrayEquals(flipped, SplitStream.of(flipped).woven());
        } catch (MalformedStreamException mayAlsoBeFoundOut) {
          assertFalse(mayAlsoBeFoundOut.truncated());
        }
      } else {
        int at = bit;
        assertThrows(
            MalformedStreamException.class, () -> SplitStream.of(flipped), () -> "bit " + at);
      }
    }
  }

  /** What a hash proves is not proven twice: commands that end within it, but for SUBVOL. */
  @Test
  void looksAtTheCrcOfWhatIsNotProven() throws Exception {
    byte[] stream = smallStream(2);
    int commands = 0;
    for (int end = HEADER_BYTES; end < stream.length; commands++) {
      int begin = end;
      end += Framing.COMMAND_HEADER_BYTES + (int) LittleEndian.read(stream, begin, 4);
      byte[] flipped = stream.clone();
      flipped[end - 1] ^= 1;
      int proven = end;
      assertThrows(
          MalformedStreamException.class, () -> SplitStream.behindProven(proven - 1, flipped));
      if (commands == 0) {
        assertThrows(
            MalformedStreamException.class, () -> SplitStream.behindProven(proven, flipped));
      } else {
        assertEquals(
            stream.length, SplitStream.behindProven(proven, flipped).summary().totalBytes());
      }
    }
    assertTrue(commands > 3, commands + " commands");
  }

  @Test
  void rejectsBytesBehindEnd() throws Exception {
    byte[] stream = smallStream(1);
    var e =
        assertThrows(
            MalformedStreamException.class,
            () -> SplitStream.of(concatenated(stream, new byte[] {'x'})));
    assertFalse(e.truncated());
    assertEquals(stream.length, e.streamOffset());
    assertTrue(String.valueOf(e.getMessage()).contains("follow END"), e.getMessage());
  }

  @Test
  void rejectsUnknownVersions() throws Exception {
    for (int version : new int[] {0, 4, 255}) {
      byte[] stream = smallStream(1);
      stream[MAGIC_BYTES] = (byte) version;
      var e = assertThrows(MalformedStreamException.class, () -> SplitStream.of(stream));
      assertTrue(String.valueOf(e.getMessage()).contains("version " + version), e.getMessage());
    }
  }

  @Test
  void rejectsCommandsBeforeASubvolume() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SendStreamWriter.begin(bytes, 1).end();
    var e = assertThrows(MalformedStreamException.class, () -> SplitStream.of(bytes.toByteArray()));
    assertTrue(String.valueOf(e.getMessage()).contains("END before any SUBVOL"), e.getMessage());
  }

  @Test
  void knowsNoNewCommandsBelowVersionThree() throws Exception {
    for (int version = 1; version <= 3; version++) {
      byte[] stream = withCommand(version, 77, new byte[] {99, 0, 2, 0, 5, 6});
      if (version < 3) {
        var e = assertThrows(MalformedStreamException.class, () -> SplitStream.of(stream));
        assertTrue(String.valueOf(e.getMessage()).contains("command 77"), e.getMessage());
      } else {
        assertArrayEquals(stream, SplitStream.of(stream).woven());
      }
    }
  }

  @Test
  void rejectsAttributesThatDoNotFillTheBody() throws Exception {
    int unlink = Command.UNLINK.number();
    assertDamaged(withCommand(1, unlink, new byte[] {15, 0, 9, 0, 'a'}), "shorter than");
    assertDamaged(withCommand(1, unlink, new byte[] {15, 0, 1, 0, 'a', 7}), "a byte behind");
    assertDamaged(withCommand(1, unlink, new byte[] {15, 0, 1}), "ends inside");
    assertDamaged(withCommand(1, unlink, new byte[] {15, 0, 0, 0, 15, 0, 0, 0}), "PATH twice");
    assertDamaged(withCommand(1, unlink, new byte[] {19, 0, 1, 0, 'a'}), "UNLINK has DATA");
    assertDamaged(withCommand(1, unlink, new byte[] {31, 0, 0, 0}), "unknown attribute 31");
    assertDamaged(withCommand(1, Command.END.number(), new byte[] {15, 0, 0, 0}), "END has a body");
  }

  @Test
  void rejectsSubvolumesWithoutTheirAttributes() throws Exception {
    int subvol = Command.SUBVOL.number();
    assertDamaged(withCommand(1, subvol, new byte[] {15, 0, 1, 0, 'a'}), "SUBVOL has no UUID");
    assertDamaged(withCommand(1, subvol, new byte[] {15, 0, 1, 0, 0}), "NUL byte in PATH");
  }

  @Test
  void allocatesNothingForHostileLengths() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          Random random = new Random(11);
          for (int round = 0; round < 20_000; round++) {
            byte[] stream = smallStream(1 + round % 3);
            int damages = 1 + random.nextInt(4);
            for (int i = 0; i < damages; i++) {
              int at = MAGIC_BYTES + random.nextInt(stream.length - MAGIC_BYTES);
              stream[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            byte[] hostile = random.nextBoolean() ? withRightCrcs(stream) : stream;
            survives(hostile);
          }
        });
  }

  /** Whatever the bytes are: they are refused, or they come back byte for byte. */
  private static void survives(byte[] hostile) throws Exception {
    try {
      assertArrayEquals(hostile, SplitStream.of(hostile).woven());
    } catch (MalformedStreamException refused) {
      assertTrue(refused.streamOffset() <= hostile.length);
    }
    try (var rename = new SubvolumeRename(OutputStream.nullOutputStream(), StreamPath.of("name"))) {
      rename.write(hostile);
    } catch (IOException refused) {
      assertInstanceOf(MalformedStreamException.class, refused.getCause());
    }
    try {
      StreamSizeEstimate.ofNoDataStream(new ByteArrayInputStream(hostile), 1);
    } catch (MalformedStreamException refused) {
      assertTrue(refused.streamOffset() <= hostile.length);
    }
  }

  /** Mends the CRC of each command that its length leaves inside the stream. */
  private static byte[] withRightCrcs(byte[] stream) {
    byte[] mended = stream.clone();
    int at = HEADER_BYTES;
    while (at + 10 <= mended.length) {
      long end = at + 10 + LittleEndian.read(mended, at, 4);
      if (end > mended.length) {
        break;
      }
      LittleEndian.write(mended, at + 6, 4, 0);
      long crc = CommandCrc.of(Arrays.copyOfRange(mended, at, (int) end));
      LittleEndian.write(mended, at + 6, 4, crc);
      at = (int) end;
    }
    return mended;
  }

  private static void assertDamaged(byte[] stream, String expected) {
    var e = assertThrows(MalformedStreamException.class, () -> SplitStream.of(stream));
    assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
    assertFalse(e.truncated());
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static SendStreamWriter begin(ByteArrayOutputStream bytes, int version)
      throws IOException {
    SendStreamWriter writer = SendStreamWriter.begin(bytes, version);
    writer.subvolume(
        new SubvolumeHeader(StreamPath.of("name"), new SubvolumeUuid(1, 2), 3, Optional.empty()));
    return writer;
  }

  /** A subvolume, one raw command with a right CRC, and END. */
  private static byte[] withCommand(int version, int number, byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SendStreamWriter writer = begin(bytes, version);
    byte[] command = new byte[10 + body.length];
    LittleEndian.write(command, 0, 4, body.length);
    LittleEndian.write(command, 4, 2, number);
    System.arraycopy(body, 0, command, 10, body.length);
    LittleEndian.write(command, 6, 4, CommandCrc.of(command));
    bytes.write(command);
    writer.end();
    return bytes.toByteArray();
  }

  private static byte[] smallStream(int version) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SendStreamWriter writer = begin(bytes, version);
    writer
        .command(Command.WRITE)
        .path(Attribute.PATH, StreamPath.of("a"))
        .u64(Attribute.FILE_OFFSET, 0)
        .data("hello, world".getBytes(StandardCharsets.UTF_8))
        .write();
    writer.command(Command.UNLINK).path(Attribute.PATH, StreamPath.of("b")).write();
    writer
        .command(Command.UPDATE_EXTENT)
        .path(Attribute.PATH, StreamPath.of("c"))
        .u64(Attribute.FILE_OFFSET, 0)
        .u64(Attribute.SIZE, 100_000)
        .write();
    writer.end();
    return bytes.toByteArray();
  }
}
