package dev.firkin.sendstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitAndWeaveTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void weavesBackWhatWasSplitInSlicesOfAnySize(int version) throws Exception {
    Random random = new Random(version);
    for (int round = 0; round < 40; round++) {
      RandomStream stream = RandomStream.several(random, version, 12);
      int maxSlice = new int[] {1, 7, 300, 50_000, 1 << 20}[round % 5];

      SplitStream split = SplitStream.inSlices(stream.bytes(), random, maxSlice);

      assertArrayEquals(stream.payload(), split.data.toByteArray());
      assertArrayEquals(stream.bytes(), split.woven());
      var summary = assertInstanceOf(StreamSummary.BtrfsStream.class, split.summary());
      assertEquals(version, summary.version());
      assertEquals(stream.subvolumes(), summary.subvolumes().size());
      assertEquals(stream.bytes().length, summary.totalBytes());
      assertEquals(stream.payload().length, summary.dataBytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void weavesBackRecordedStreams(RecordedStream recorded) throws Exception {
    byte[] stream = recorded.bytes();
    for (int maxSlice : new int[] {1, 13, 1000, 1 << 20}) {
      SplitStream split = SplitStream.inSlices(stream, new Random(maxSlice), maxSlice);

      assertArrayEquals(stream, split.woven());
      var summary = assertInstanceOf(StreamSummary.BtrfsStream.class, split.summary());
      assertEquals(recorded.version(), summary.version());
    }
  }

  @Test
  void dataIsTheSameForBothProtocols() throws Exception {
    byte[] first = SplitStream.of(RecordedStream.FULL_V1.bytes()).data.toByteArray();
    byte[] second = SplitStream.of(RecordedStream.FULL_V2.bytes()).data.toByteArray();

    assertTrue(new String(first, StandardCharsets.ISO_8859_1).contains("line 2999\nline 3000\n"));
    assertArrayEquals(first, second);
  }

  @Test
  void readsParentsOfADelta() throws Exception {
    var full = summaryOf(RecordedStream.FULL_V1).subvolumes().getFirst();
    var delta = summaryOf(RecordedStream.DELTA_V1).subvolumes().getFirst();

    assertEquals("monday", full.path().toString());
    assertTrue(full.parent().isEmpty());
    assertEquals("tuesday", delta.path().toString());
    assertEquals(full.uuid(), delta.parent().orElseThrow().uuid());
    assertEquals(full.ctransid(), delta.parent().orElseThrow().ctransid());
  }

  @Test
  void readsEachSubvolumeBehindOneHeader() throws Exception {
    var names =
        summaryOf(RecordedStream.ONE_HEADER_V2).subvolumes().stream()
            .map(s -> s.path().toString())
            .toList();

    assertEquals(List.of("monday", "tuesday"), names);
  }

  @Test
  void tellsTheFirstSubvolumeAsSoonAsItsCommandWasSeen() throws Exception {
    byte[] stream = RecordedStream.DELTA_V2.bytes();
    StreamSplitter splitter = new StreamSplitter(new Nowhere());
    int firstCommandEnd = 17 + 10 + (int) LittleEndian.read(stream, 17, 4);

    splitter.write(stream, 0, firstCommandEnd - 1);
    assertTrue(splitter.firstSubvolume().isEmpty());
    splitter.write(stream, firstCommandEnd - 1, 1);
    assertEquals("tuesday", splitter.firstSubvolume().orElseThrow().path().toString());
  }

  @Test
  void treatsWhatDoesNotBeginWithTheMagicAsOpaque() throws Exception {
    byte[] magic = Framing.magic();
    for (int length = 1; length < magic.length; length++) {
      byte[] prefix = Arrays.copyOf(magic, length);
      assertOpaque(prefix);
      byte[] longer = Arrays.copyOf(prefix, 1000);
      longer[length] = 'X';
      assertOpaque(longer);
    }
    byte[] noise = new byte[100_000];
    new Random(3).nextBytes(noise);
    assertOpaque(noise);
  }

  @Test
  void tellsAnEmptyStreamFromAnOpaqueOne() throws Exception {
    SplitStream split = SplitStream.of(new byte[0]);

    assertInstanceOf(StreamSummary.EmptyStream.class, split.summary());
    assertEquals(0, split.woven().length);
  }

  @Test
  void refusesToWeaveHalvesOfUnequalLength() throws Exception {
    SplitStream split = SplitStream.of(RecordedStream.FULL_V2.bytes());
    byte[] commands = split.commands.toByteArray();
    byte[] data = split.data.toByteArray();

    assertTrue(weaveFailure(commands, Arrays.copyOf(data, data.length - 1)).truncated());
    assertTrue(weaveFailure(commands, new byte[0]).truncated());
    assertTrue(weaveFailure(Arrays.copyOf(commands, commands.length - 1), data).truncated());
    assertTrue(weaveFailure(Arrays.copyOf(commands, commands.length - 10), data).truncated());
    assertEquals(
        commands.length + data.length,
        weaveFailure(commands, Arrays.copyOf(data, data.length + 1)).streamOffset());
  }

  @Test
  void refusesToWeaveDamagedDataUnlessTold() throws Exception {
    byte[] stream = RecordedStream.FULL_V1.bytes();
    SplitStream split = SplitStream.of(stream);
    byte[] commands = split.commands.toByteArray();
    byte[] data = split.data.toByteArray();
    data[data.length / 2] ^= 1;

    assertTrue(String.valueOf(weaveFailure(commands, data).getMessage()).contains("CRC of WRITE"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamWeaver.weaveUnverified(
        new ByteArrayInputStream(commands), new ByteArrayInputStream(data), out);
    assertEquals(stream.length, out.size());
  }

  private static StreamSummary.BtrfsStream summaryOf(RecordedStream recorded)
      throws IOException, FirkinException, InterruptedException {
    return assertInstanceOf(
        StreamSummary.BtrfsStream.class, SplitStream.of(recorded.bytes()).summary());
  }

  private static void assertOpaque(byte[] bytes) throws Exception {
    for (int maxSlice : new int[] {1, 5, 1 << 20}) {
      SplitStream split = SplitStream.inSlices(bytes, new Random(7), maxSlice);
      assertInstanceOf(StreamSummary.OpaqueStream.class, split.summary());
      assertEquals(0, split.commands.size());
      assertArrayEquals(bytes, split.data.toByteArray());
      assertArrayEquals(bytes, split.woven());
    }
  }

  private static MalformedStreamException weaveFailure(byte[] commands, byte[] data) {
    return assertThrows(
        MalformedStreamException.class,
        () ->
            StreamWeaver.weave(
                new ByteArrayInputStream(commands),
                new ByteArrayInputStream(data),
                new ByteArrayOutputStream()));
  }

  static final class Nowhere implements SplitSink {
    @Override
    public void commands(byte[] b, int off, int len) {}

    @Override
    public void data(byte[] b, int off, int len) {}
  }
}
