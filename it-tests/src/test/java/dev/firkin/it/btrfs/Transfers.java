package dev.firkin.it.btrfs;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsReceive;
import dev.firkin.btrfs.BtrfsSend;
import dev.firkin.btrfs.ChildExit;
import dev.firkin.btrfs.Partials;
import dev.firkin.sendstream.SplitSink;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.StreamSplitter;
import dev.firkin.sendstream.StreamSummary;
import dev.firkin.sendstream.StreamWeaver;
import dev.firkin.sendstream.SubvolumeHeader;
import dev.firkin.sendstream.SubvolumeRename;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** A send, split into memory, and its way back into a receive. */
final class Transfers implements SplitSink {
  private final ByteArrayOutputStream commands = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final StreamSummary.BtrfsStream summary;

  private Transfers(BtrfsSend.Request request)
      throws IOException, FirkinException, InterruptedException {
    try (BtrfsSend send = BtrfsSend.start(request)) {
      StreamSplitter splitter = new StreamSplitter(this);
      byte[] buffer = new byte[1 << 20];
      InputStream stream = send.stream();
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        splitter.write(buffer, 0, n);
      }
      ChildExit exit = send.await();
      if (!exit.succeeded() || !exit.stderr().isEmpty()) {
        throw new AssertionError(exit);
      }
      summary = (StreamSummary.BtrfsStream) splitter.finish();
    }
  }

  static Transfers send(BtrfsSend.Request request)
      throws IOException, FirkinException, InterruptedException {
    return new Transfers(request);
  }

  StreamSummary.BtrfsStream summary() {
    return summary;
  }

  byte[] data() {
    return data.toByteArray();
  }

  byte[] stream() throws IOException, FirkinException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamWeaver.weave(
        new ByteArrayInputStream(commands.toByteArray()),
        new ByteArrayInputStream(data.toByteArray()),
        out);
    return out.toByteArray();
  }

  /** Receives under the partial name, without publishing. */
  BtrfsReceive.Received receivePartial(Path directory)
      throws IOException, FirkinException, InterruptedException {
    SubvolumeHeader header = summary.subvolumes().getFirst();
    StreamPath partial = Partials.newName(header.uuid());
    try (BtrfsReceive receive = BtrfsReceive.start(directory)) {
      SubvolumeRename renamed = new SubvolumeRename(receive.input(), partial);
      StreamWeaver.weave(
          new ByteArrayInputStream(commands.toByteArray()),
          new ByteArrayInputStream(data.toByteArray()),
          renamed);
      return receive.finish(partial, header.uuid());
    }
  }

  /** Receives and publishes. */
  Path restore(Path directory) throws IOException, FirkinException, InterruptedException {
    return BtrfsReceive.publish(
        receivePartial(directory).path(), summary.subvolumes().getFirst().path());
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
