package dev.firkin.sendstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes in place of a send stream. A CRC would stop most mutations at the first command, so
 * where the parser behind it is meant, the CRCs are made right again first.
 */
class SendStreamFuzzTest {
  /** Reads every attribute as everything that it could be. */
  private static final CommandVisitor CURIOUS =
      new CommandVisitor() {
        @Override
        public boolean wants(Command type) {
          return true;
        }

        @Override
        public void visit(StreamCommand command) throws MalformedStreamException {
          for (Attribute attribute : Attribute.values()) {
            if (command.has(attribute)) {
              byte[] value = command.bytes(attribute);
              switch (attribute) {
                case UUID, CLONE_UUID ->
                    assertArrayEquals(value, command.uuid(attribute).toBytes());
                case PATH, PATH_TO, PATH_LINK, CLONE_PATH -> {
                  assertEquals(value.length, command.path(attribute).lengthBytes());
                  assertTrue(command.path(attribute).toString().length() >= value.length / 4);
                }
                case SIZE, FILE_OFFSET, CTRANSID -> {
                  var _ = command.u64(attribute);
                }
                default -> assertTrue(value.length <= command.sizeBytes());
              }
            }
          }
        }
      };

  static Stream<Arguments> streams() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    Random random = new Random(1);
    for (int version = 1; version <= 3; version++) {
      int found = 0;
      while (found < 4) {
        byte[] stream =
            found < 2
                ? RandomStream.of(random, version, 3).bytes()
                : RandomStream.several(random, version, 1).bytes();
        if (stream.length < 4096) {
          seeds.add(stream);
          found++;
        }
      }
      seeds.add(withPayloads(version));
      seeds.add(noData(version, 1, 1L << 40, Long.MAX_VALUE >> 1));
      seeds.add(noData(version, Long.MAX_VALUE - (1 << 20) * 100));
      seeds.add(noData(version, 0x7ff0_0000_0000_0000L));
    }
    return seeds.stream().map(seed -> Arguments.of((Object) seed));
  }

  static Stream<Arguments> halves() throws IOException {
    return streams()
        .map(seed -> {
          try {
            SplitStream split = SplitStream.of((byte[]) seed.get()[0]);
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            byte[] length = new byte[2];
            LittleEndian.write(length, 0, 2, split.commands.size());
            both.writeBytes(length);
            both.writeBytes(split.commands.toByteArray());
            both.writeBytes(split.data.toByteArray());
            return Arguments.of((Object) both.toByteArray());
          } catch (Exception e) {
            throw new AssertionError("a seed that is no stream", e);
          }
        });
  }

  @MethodSource("streams")
  @FuzzTest
  void whatIsSplitIsWovenAgain(byte[] stream) throws Exception {
    splitAndWoven(stream);
  }

  @MethodSource("streams")
  @FuzzTest
  void whatIsSplitIsWovenAgainWithRightCrcs(byte[] stream) throws Exception {
    splitAndWoven(withRightCrcs(stream));
  }

  @MethodSource("halves")
  @FuzzTest
  void anyHalvesAreWovenOrRefused(byte[] halves) throws Exception {
    int length =
        halves.length < 2 ? 0 : (int) Math.min(halves.length - 2, LittleEndian.read(halves, 0, 2));
    int at = Math.min(2, halves.length);
    byte[] commands = Arrays.copyOfRange(halves, at, at + length);
    byte[] data = Arrays.copyOfRange(halves, at + length, halves.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      StreamSummary summary =
          StreamWeaver.weaveUnverified(
              new ByteArrayInputStream(commands), new ByteArrayInputStream(data), out);
      assertEquals(out.size(), summary.totalBytes());
      assertEquals(commands.length, summary.commandBytes());
      assertEquals(data.length, summary.dataBytes());
    } catch (MalformedStreamException e) {
      assertTrue(e.streamOffset() <= commands.length + data.length);
    }
    try {
      StreamWeaver.weave(
          new ByteArrayInputStream(commands),
          new ByteArrayInputStream(data),
          new ByteArrayOutputStream());
      assertEquals(commands.length + data.length, out.size());
    } catch (MalformedStreamException e) {
      assertTrue(e.streamOffset() <= commands.length + data.length);
    }
    try {
      var _ = CommandReader.readCommands(new ByteArrayInputStream(commands), CURIOUS);
    } catch (MalformedStreamException e) {
      // A payload that is elsewhere is counted although nobody has seen it.
      assertTrue(e.streamOffset() >= 0);
    }
  }

  @MethodSource("streams")
  @FuzzTest
  void everyCommandIsReadOrRefused(byte[] mutated) throws Exception {
    byte[] stream = withRightCrcs(mutated);
    try {
      assertEquals(
          stream.length, CommandReader.readStream(new ByteArrayInputStream(stream), CURIOUS));
    } catch (MalformedStreamException e) {
      assertTrue(e.streamOffset() <= stream.length);
    }
  }

  @MethodSource("streams")
  @FuzzTest
  void estimatesAreNeverNegative(byte[] mutated) throws Exception {
    byte[] stream = withRightCrcs(mutated);
    for (int protocol = 1; protocol <= 2; protocol++) {
      try {
        StreamSizeEstimate estimate =
            StreamSizeEstimate.ofNoDataStream(new ByteArrayInputStream(stream), protocol);
        assertTrue(estimate.dataBytes() >= 0, estimate::toString);
        assertTrue(estimate.streamBytes() >= estimate.dataBytes(), estimate::toString);
        assertTrue(estimate.subvolumes() > 0, estimate::toString);
      } catch (MalformedStreamException e) {
        assertTrue(e.streamOffset() <= stream.length);
      }
    }
  }

  @MethodSource("streams")
  @FuzzTest
  void whatIsRenamedStaysAsRightAsItWas(byte[] mutated) throws Exception {
    byte[] stream = withRightCrcs(mutated);
    StreamPath name = StreamPath.of("another-name");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SubvolumeRename rename = new SubvolumeRename(out, name)) {
      for (int at = 0; at < stream.length; at += 7) {
        rename.write(stream, at, Math.min(7, stream.length - at));
      }
    } catch (IOException e) {
      assertInstanceOf(MalformedStreamException.class, e.getCause());
      return;
    }
    Optional<StreamSummary> before = summary(stream);
    Optional<StreamSummary> after = summary(out.toByteArray());
    assertEquals(before.isPresent(), after.isPresent());
    if (after.isPresent()) {
      var renamed = assertInstanceOf(StreamSummary.BtrfsStream.class, after.get());
      assertEquals(name, renamed.subvolumes().getFirst().path());
    }
  }

  private static void splitAndWoven(byte[] stream) throws Exception {
    try {
      SplitStream split = SplitStream.inSlices(stream, new Random(stream.length), 200);
      assertArrayEquals(stream, split.woven());
    } catch (MalformedStreamException e) {
      assertTrue(e.streamOffset() <= stream.length);
    }
  }

  private static Optional<StreamSummary> summary(byte[] stream) throws Exception {
    try {
      return Optional.of(SplitStream.of(stream).summary());
    } catch (MalformedStreamException e) {
      return Optional.empty();
    }
  }

  /** The same bytes with the CRC that each of its commands should have. */
  private static byte[] withRightCrcs(byte[] stream) {
    byte[] right = stream.clone();
    int at = Framing.magic().length + 4;
    while (at + Framing.COMMAND_HEADER_BYTES <= right.length) {
      long bodyBytes = LittleEndian.read(right, at, 4);
      int number = (int) LittleEndian.read(right, at + 4, 2);
      int body = at + Framing.COMMAND_HEADER_BYTES;
      if (bodyBytes > right.length - body) {
        return right;
      }
      CommandCrc crc = new CommandCrc();
      crc.begin(bodyBytes, number);
      crc.update(right, body, (int) bodyBytes);
      LittleEndian.write(right, at + 6, 4, crc.value());
      at = body + (int) bodyBytes;
      if (number == Command.END.number()) {
        at += Framing.magic().length + 4;
      }
    }
    return right;
  }

  private static byte[] withPayloads(int version) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SendStreamWriter writer = SendStreamWriter.begin(bytes, version);
    subvolume(writer);
    for (int length : new int[] {0, 1, 40}) {
      writer
          .command(Command.WRITE)
          .path(Attribute.PATH, StreamPath.of("a/b"))
          .u64(Attribute.FILE_OFFSET, 4096)
          .data(new byte[length])
          .write();
    }
    writer.end();
    return bytes.toByteArray();
  }

  private static byte[] noData(int version, long... sizes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SendStreamWriter writer = SendStreamWriter.begin(bytes, version);
    subvolume(writer);
    for (long size : sizes) {
      writer
          .command(Command.UPDATE_EXTENT)
          .path(Attribute.PATH, StreamPath.of("a/b"))
          .u64(Attribute.FILE_OFFSET, 0)
          .u64(Attribute.SIZE, size)
          .write();
    }
    writer.end();
    return bytes.toByteArray();
  }

  private static void subvolume(SendStreamWriter writer) throws IOException {
    SubvolumeUuid uuid = new SubvolumeUuid(1, 2);
    writer.subvolume(
        new SubvolumeHeader(
            StreamPath.of("name"),
            uuid,
            7,
            Optional.of(new SubvolumeHeader.Parent(new SubvolumeUuid(3, 4), 5))));
  }
}
