package dev.firkin.transfer;

import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.Attribute;
import dev.firkin.sendstream.Command;
import dev.firkin.sendstream.SendStreamWriter;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeHeader;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Small btrfs send streams of random files, the same for the same seed. */
final class TestStreams {
  private TestStreams() {}

  /** A full one with about this much data. */
  static byte[] full(long seed, int dataBytes) throws IOException {
    return full(seed, dataBytes, seed);
  }

  /** A full one of the same subvolume with other contents. */
  static byte[] full(long seed, int dataBytes, long contentSeed) throws IOException {
    return stream(seed, dataBytes, contentSeed, Optional.empty());
  }

  /** One that is based on the full stream of another seed. */
  static byte[] delta(long seed, int dataBytes, long parentSeed) throws IOException {
    return stream(
        seed,
        dataBytes,
        seed,
        Optional.of(new SubvolumeHeader.Parent(uuid(parentSeed), parentSeed)));
  }

  static SubvolumeUuid uuid(long seed) {
    Random random = new Random(seed);
    return new SubvolumeUuid(random.nextLong() | 1, random.nextLong());
  }

  static PushRequest request(String name) {
    return request(name, Optional.empty());
  }

  /** For the full stream of a seed, as a push of a snapshot by its path makes it. */
  static PushRequest requestFor(long seed) {
    return request(
        "v/s" + seed, Optional.of(new PushRequest.Expected(uuid(seed), Optional.empty())));
  }

  private static PushRequest request(String name, Optional<PushRequest.Expected> expected) {
    int slash = name.indexOf('/');
    return new PushRequest(
        new SnapshotName(name.substring(0, slash), name.substring(slash + 1)),
        expected,
        "testhost",
        Optional.empty(),
        Optional.empty(),
        List.of(),
        "firkin test");
  }

  private static byte[] stream(
      long seed, int dataBytes, long contentSeed, Optional<SubvolumeHeader.Parent> parent)
      throws IOException {
    Random random = new Random(contentSeed);
    ByteArrayOutputStream out = new ByteArrayOutputStream(dataBytes + dataBytes / 64 + 4096);
    SendStreamWriter writer = SendStreamWriter.begin(out, 1);
    writer.subvolume(new SubvolumeHeader(StreamPath.of("s" + seed), uuid(seed), seed, parent));
    int left = dataBytes;
    for (int file = 0; left > 0; file++) {
      StreamPath path = StreamPath.of("file-" + file);
      writer
          .command(Command.MKFILE)
          .path(Attribute.PATH, path)
          .u64(Attribute.INO, 257 + file)
          .write();
      int length = Math.min(left, 1 + random.nextInt(200_000));
      for (int at = 0; at < length; ) {
        byte[] data = new byte[Math.min(48 << 10, length - at)];
        random.nextBytes(data);
        writer
            .command(Command.WRITE)
            .path(Attribute.PATH, path)
            .u64(Attribute.FILE_OFFSET, at)
            .data(data)
            .write();
        at += data.length;
      }
      left -= length;
    }
    writer.end();
    return out.toByteArray();
  }
}
