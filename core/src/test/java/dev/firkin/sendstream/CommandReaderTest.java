package dev.firkin.sendstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CommandReaderTest {
  @ParameterizedTest
  @EnumSource
  void showsTheSameCommandsWithAndWithoutTheirPayload(RecordedStream recorded) throws Exception {
    byte[] stream = recorded.bytes();
    byte[] commands = SplitStream.of(stream).commands.toByteArray();

    Listing whole = new Listing();
    assertEquals(stream.length, CommandReader.readStream(new ByteArrayInputStream(stream), whole));
    Listing split = new Listing();
    assertEquals(
        commands.length, CommandReader.readCommands(new ByteArrayInputStream(commands), split));

    assertEquals(whole.lines, split.lines);
    assertTrue(whole.lines.getLast().startsWith("END "));
  }

  @Test
  void keepsNamesThatAreNoUtf8() throws Exception {
    Listing listing = new Listing();
    CommandReader.readStream(new ByteArrayInputStream(RecordedStream.FULL_V1.bytes()), listing);
    String all = String.join("\n", listing.lines);

    assertTrue(all.contains("caf\\xe9"), all);
    assertTrue(all.contains("two\\x0alines"), all);
    assertTrue(all.contains("häuser und straßen/größe.txt"), all);
  }

  @Test
  void estimatesTheSizeOfAStreamFromItsMetadata() throws Exception {
    for (int protocol : new int[] {1, 2}) {
      byte[] noData = RecordedStream.valueOf("NO_DATA_V" + protocol).bytes();
      byte[] full = RecordedStream.valueOf("FULL_V" + protocol).bytes();

      StreamSizeEstimate estimate =
          StreamSizeEstimate.ofNoDataStream(new ByteArrayInputStream(noData), protocol);

      assertEquals(SplitStream.of(full).summary().dataBytes(), estimate.dataBytes());
      assertEquals(full.length, estimate.streamBytes());
      assertEquals(1, estimate.subvolumes());
    }
  }

  @Test
  void refusesExtentsLargerThanAnyFile() throws Exception {
    var bytes = new ByteArrayOutputStream();
    SendStreamWriter writer = SendStreamWriter.begin(bytes, 1);
    writer.subvolume(
        new SubvolumeHeader(StreamPath.of("name"), new SubvolumeUuid(1, 2), 3, Optional.empty()));
    for (int i = 0; i < 3; i++) {
      writer
          .command(Command.UPDATE_EXTENT)
          .path(Attribute.PATH, StreamPath.of("c"))
          .u64(Attribute.SIZE, Long.MAX_VALUE)
          .write();
    }
    writer.end();
    var e =
        assertThrows(
            MalformedStreamException.class,
            () ->
                StreamSizeEstimate.ofNoDataStream(
                    new ByteArrayInputStream(bytes.toByteArray()), 1));
    assertTrue(String.valueOf(e.getMessage()).contains("add up"), e.getMessage());
  }

  private static final class Listing implements CommandVisitor {
    final List<String> lines = new ArrayList<>();

    @Override
    public boolean wants(Command type) {
      return true;
    }

    @Override
    public void visit(StreamCommand command) throws MalformedStreamException {
      lines.add(
          command.type()
              + " "
              + command.streamOffset()
              + " "
              + command.sizeBytes()
              + " "
              + command.payloadBytes()
              + " "
              + (command.has(Attribute.PATH) ? command.path(Attribute.PATH) : ""));
    }
  }
}
