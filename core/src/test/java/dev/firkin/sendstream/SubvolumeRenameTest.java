package dev.firkin.sendstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubvolumeRenameTest {
  @ParameterizedTest
  @EnumSource
  void changesTheFirstNameAndNothingElse(RecordedStream recorded) throws Exception {
    byte[] stream = recorded.bytes();
    for (String name : new String[] {"x", ".firkin-partial-monday", "n".repeat(255)}) {
      byte[] renamed = renamed(stream, StreamPath.of(name), 1 + name.length());

      var before = subvolumes(stream);
      var after = subvolumes(renamed);
      assertEquals(name, after.getFirst().path().toString());
      assertEquals(before.getFirst().uuid(), after.getFirst().uuid());
      assertEquals(before.getFirst().parent(), after.getFirst().parent());
      assertEquals(before.subList(1, before.size()), after.subList(1, after.size()));
      int oldHead = 27 + (int) LittleEndian.read(stream, 17, 4);
      int newHead = 27 + (int) LittleEndian.read(renamed, 17, 4);
      assertArrayEquals(
          Arrays.copyOfRange(stream, oldHead, stream.length),
          Arrays.copyOfRange(renamed, newHead, renamed.length));
      assertArrayEquals(stream, renamed(renamed, before.getFirst().path(), 1 << 20));
    }
  }

  @Test
  void refusesNamesThatAreNotPlain() {
    for (String name : new String[] {"", ".", "..", "a/b", "/", "n".repeat(256)}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new SubvolumeRename(new ByteArrayOutputStream(), StreamPath.of(name)));
    }
  }

  @Test
  void refusesWhatIsNoStream() {
    var e =
        assertThrows(
            IOException.class, () -> renamed(new byte[1000], StreamPath.of("name"), 1 << 20));
    assertInstanceOf(MalformedStreamException.class, e.getCause());
  }

  @Test
  void refusesADamagedFirstCommandInsteadOfMendingItsCrc() throws Exception {
    byte[] stream = RecordedStream.FULL_V1.bytes();
    stream[40] ^= 1;
    var e = assertThrows(IOException.class, () -> renamed(stream, StreamPath.of("name"), 1 << 20));
    assertInstanceOf(MalformedStreamException.class, e.getCause());
  }

  @Test
  void refusesAStreamThatStopsInItsFirstCommand() throws Exception {
    byte[] cut = Arrays.copyOf(RecordedStream.FULL_V1.bytes(), 40);
    var e = assertThrows(IOException.class, () -> renamed(cut, StreamPath.of("name"), 1 << 20));
    assertInstanceOf(MalformedStreamException.class, e.getCause());
  }

  private static java.util.List<SubvolumeHeader> subvolumes(byte[] stream) throws Exception {
    return assertInstanceOf(StreamSummary.BtrfsStream.class, SplitStream.of(stream).summary())
        .subvolumes();
  }

  private static byte[] renamed(byte[] stream, StreamPath name, int maxSlice) throws IOException {
    Random random = new Random(5);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SubvolumeRename rename = new SubvolumeRename(out, name)) {
      int at = 0;
      while (at < stream.length) {
        int n = Math.min(stream.length - at, 1 + random.nextInt(maxSlice));
        rename.write(stream, at, n);
        at += n;
      }
    }
    return out.toByteArray();
  }
}
