package dev.firkin.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.sendstream.SplitSink;
import dev.firkin.sendstream.StreamSplitter;
import dev.firkin.sendstream.StreamSummary;
import dev.firkin.sendstream.StreamSummary.BtrfsStream;
import org.junit.jupiter.api.Test;

final class RecordedStreamTest {
  @Test
  void tuesdayIsADeltaOnMonday() throws Exception {
    BtrfsStream monday = summary(RecordedStream.MONDAY);
    BtrfsStream tuesday = summary(RecordedStream.TUESDAY);
    assertTrue(monday.subvolumes().getFirst().parent().isEmpty());
    assertEquals(
        monday.subvolumes().getFirst().uuid(),
        tuesday.subvolumes().getFirst().parent().orElseThrow().uuid());
  }

  /** The story needs a half that makes enough chunks to be killed among. */
  @Test
  void mondayIsMegabytes() throws Exception {
    assertTrue(RecordedStream.MONDAY.bytes().length > 2 << 20);
  }

  private static BtrfsStream summary(RecordedStream stream) throws Exception {
    byte[] bytes = stream.bytes();
    StreamSplitter splitter = new StreamSplitter(new Nowhere());
    splitter.write(bytes, 0, bytes.length);
    StreamSummary summary = splitter.finish();
    return assertInstanceOf(BtrfsStream.class, summary);
  }

  private static final class Nowhere implements SplitSink {
    @Override
    public void commands(byte[] b, int off, int len) {}

    @Override
    public void data(byte[] b, int off, int len) {}
  }
}
