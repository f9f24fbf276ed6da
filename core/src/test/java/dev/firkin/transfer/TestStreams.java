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
public final class TestStreams {
  private TestStreams() {}

  /** A full one with about this much data. */
  public static byte[] full(long seed, int dataBytes) throws IOException {
    return full(seed, dataBytes, seed);
  }

  /** A full one of the same subvolume with other contents. */
  public static byte[] full(long seed, int dataBytes, long contentSeed) throws IOException {
    return stream(seed, dataBytes, contentSeed, Optional.empty());
  }

  /** One that is based on the full stream of another seed. */
  public static byte[] delta(long seed, int dataBytes, long parentSeed) throws IOException {
    return stream(
        seed,
        dataBytes,
        seed,
        Optional.of(new SubvolumeHeader.Parent(uuid(parentSeed), parentSeed)));
  }

  public static SubvolumeUuid uuid(long seed) {
    Random random = new Random(seed);
    return new SubvolumeUuid(random.nextLong() | 1, random.nextLong());
  }

  public static PushRequest request(String name) {
    return request(name, Optional.empty());
  }

  /** For the full stream of a seed, as a push of a snapshot by its path makes it. */
  public static PushRequest requestFor(long seed) {
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

  /**
   * One of files that other streams may have too.
   *
   * @param contents of each file: the same number is the same 1 to 40 KB
   * @param parent seed of the subvolume that it is based on
   */
  public static byte[] of(long seed, List<Long> contents, Optional<Long> parent)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SendStreamWriter writer = SendStreamWriter.begin(out, 1);
    writer.subvolume(
        new SubvolumeHeader(
            StreamPath.of("s" + seed),
            uuid(seed),
            seed,
            parent.map(p -> new SubvolumeHeader.Parent(uuid(p), p))));
    for (int file = 0; file < contents.size(); file++) {
      Random random = new Random(contents.get(file));
      byte[] data = new byte[1_000 + random.nextInt(39_000)];
      random.nextBytes(data);
      writer
          .command(Command.WRITE)
          .path(Attribute.PATH, StreamPath.of("file-" + file))
          .u64(Attribute.FILE_OFFSET, 0)
          .data(data)
          .write();
    }
    writer.end();
    return out.toByteArray();
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
