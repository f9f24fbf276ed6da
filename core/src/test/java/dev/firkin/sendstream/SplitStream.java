package dev.firkin.sendstream;

import dev.firkin.FirkinException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;

/** A stream that was split into memory. */
final class SplitStream implements SplitSink {
  final ByteArrayOutputStream commands = new ByteArrayOutputStream();
  final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private StreamSummary summary = new StreamSummary.EmptyStream();

  private SplitStream() {}

  static SplitStream of(byte[] stream) throws FirkinException, InterruptedException {
    return inSlices(stream, new Random(0), stream.length + 1);
  }

  /** Feeds slices of random sizes below {@code maxSlice}, in buffers with random margins. */
  static SplitStream inSlices(byte[] stream, Random random, int maxSlice)
      throws FirkinException, InterruptedException {
    return inSlices(stream, random, maxSlice, 0);
  }

  /** As by a reader who knows that so many bytes are right. */
  static SplitStream behindProven(long provenBytes, byte[] stream)
      throws FirkinException, InterruptedException {
    return inSlices(stream, new Random(0), stream.length + 1, provenBytes);
  }

  private static SplitStream inSlices(byte[] stream, Random random, int maxSlice, long provenBytes)
      throws FirkinException, InterruptedException {
    SplitStream split = new SplitStream();
    StreamSplitter splitter = new StreamSplitter(split, provenBytes);
    int at = 0;
    while (at < stream.length) {
      int n = Math.min(stream.length - at, 1 + random.nextInt(maxSlice));
      int margin = random.nextInt(3);
      byte[] buffer = new byte[n + 2 * margin];
      System.arraycopy(stream, at, buffer, margin, n);
      splitter.write(buffer, margin, n);
      at += n;
    }
    split.summary = splitter.finish();
    return split;
  }

  StreamSummary summary() {
    return summary;
  }

  byte[] woven() throws IOException, MalformedStreamException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamSummary woven =
        StreamWeaver.weave(
            new ByteArrayInputStream(commands.toByteArray()),
            new ByteArrayInputStream(data.toByteArray()),
            out);
    if (!woven.equals(summary)) {
      throw new AssertionError("woven " + woven + ", split " + summary);
    }
    return out.toByteArray();
  }

  @Override
  public void commands(byte[] b, int off, int len) {
    commands.write(b, off, len);
  }

  @Override
  public void data(byte[] b, int off, int len) {
    data.write(b, off, len);
  }
}
