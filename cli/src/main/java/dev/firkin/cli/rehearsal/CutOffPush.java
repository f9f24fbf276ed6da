package dev.firkin.cli.rehearsal;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.GlobalOptions;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Interrupts;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.repository.Lease;
import dev.firkin.repository.model.LeaseMode;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.Attribute;
import dev.firkin.sendstream.Command;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.sendstream.SendStreamWriter;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeHeader;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.transfer.Producer;
import dev.firkin.transfer.Push;
import dev.firkin.transfer.PushProgress;
import dev.firkin.transfer.PushRequest;
import dev.firkin.transfer.PushResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A push of a snapshot that is cut off, and its resume, without any btrfs. */
final class CutOffPush {
  private static final SubvolumeUuid SUBVOLUME = new SubvolumeUuid(1, 1);
  private static final int FILES = 640;
  private static final int FILE_BYTES = 48 << 10;

  private CutOffPush() {}

  /**
   * @param host whose repository has small chunks, so that a short stream leaves a checkpoint
   */
  static void run(Host host) throws FirkinException, IOException, InterruptedException {
    byte[] stream = stream();
    Session session = new Session(host, new GlobalOptions(), new Interrupts());
    try (OpenRepository open = session.open(Session.Access.METADATA, Session.Patience.A_MINUTE)) {
      try {
        push(open, Arrays.copyOf(stream, stream.length - 1));
        throw new IllegalStateException("a stream that was cut off was stored");
      } catch (MalformedStreamException expected) {
        session.console().debug(expected.getMessage());
      }
      PushResult result = push(open, stream);
      if (!(result instanceof PushResult.Stored)) {
        throw new IllegalStateException("not stored: " + result);
      }
    }
  }

  private static PushResult push(OpenRepository open, byte[] stream)
      throws FirkinException, InterruptedException {
    PushRequest request =
        new PushRequest(
            new SnapshotName("rehearsal", "cut-off"),
            Optional.of(new PushRequest.Expected(SUBVOLUME, Optional.empty())),
            "rehearsal",
            Optional.empty(),
            Optional.empty(),
            List.of(),
            "firkin");
    try (Lease lease =
        open.repository()
            .leases()
            .take(LeaseMode.SHARED, "push", "rehearsal", Duration.ZERO, found -> {})) {
      return new Push(open.repository(), open.snapshots(), lease, 4, new PushProgress())
          .run(request, new Bytes(new ByteArrayInputStream(stream)), Push.Start.FROM_CHECKPOINT);
    }
  }

  private static byte[] stream() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SendStreamWriter writer = SendStreamWriter.begin(out, 1);
    writer.subvolume(
        new SubvolumeHeader(StreamPath.of("rehearsal"), SUBVOLUME, 1, Optional.empty()));
    Random random = new Random(1);
    byte[] data = new byte[FILE_BYTES];
    for (int file = 0; file < FILES; file++) {
      StreamPath path = StreamPath.of("file-" + file);
      writer
          .command(Command.MKFILE)
          .path(Attribute.PATH, path)
          .u64(Attribute.INO, 257L + file)
          .write();
      random.nextBytes(data);
      writer
          .command(Command.WRITE)
          .path(Attribute.PATH, path)
          .u64(Attribute.FILE_OFFSET, 0)
          .data(data)
          .write();
    }
    writer.end();
    return out.toByteArray();
  }

  private record Bytes(InputStream stream) implements Producer {
    @Override
    public void finish() {
      // Bytes in memory have nothing more to say.
    }

    @Override
    public void close() {
      // Nor do they hold anything.
    }
  }
}
