package dev.firkin.it.engine;

import com.github.luben.zstd.ZstdInputStream;
import dev.firkin.sendstream.Attribute;
import dev.firkin.sendstream.Command;
import dev.firkin.sendstream.SendStreamWriter;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeHeader;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;

/** Send streams that need no btrfs: recorded from a real kernel, and made up. */
public final class SampleStreams {
  private static final int WRITE_BYTES = 48 << 10;

  private SampleStreams() {}

  /** {@code full-v1}, {@code delta-v2} and so on: see the README beside them in core's tests. */
  public static byte[] recorded(String name) throws IOException {
    String resource = "/dev/firkin/sendstream/" + name + ".zst";
    try (InputStream stored = SendStreamWriter.class.getResourceAsStream(resource)) {
      if (stored == null) {
        throw new FileNotFoundException(resource);
      }
      return new ZstdInputStream(stored).readAllBytes();
    }
  }

  /** A v2 stream told to be of version 3, whose framing is the same. */
  public static byte[] asVersion3(byte[] stream) {
    byte[] copy = stream.clone();
    copy[13] = 3;
    return copy;
  }

  /** A full v1 stream of one file of {@code dataBytes} that no compressor can shrink. */
  public static byte[] full(long seed, int dataBytes) throws IOException {
    return full(seed, dataBytes, 0);
  }

  /**
   * A full v1 stream of one file.
   *
   * @param seed of the uuid and the contents
   * @param xattrBytes makes the commands at least so large
   */
  public static byte[] full(long seed, int dataBytes, int xattrBytes) throws IOException {
    Random random = new Random(seed);
    byte[] uuid = bytes(random, 16);
    ByteArrayOutputStream out = new ByteArrayOutputStream(dataBytes + xattrBytes + 100_000);
    SendStreamWriter writer = SendStreamWriter.begin(out, 1);
    writer.subvolume(
        new SubvolumeHeader(
            StreamPath.of("made-" + seed), SubvolumeUuid.ofBytes(uuid), 7, Optional.empty()));
    StreamPath file = StreamPath.of("file");
    writer.command(Command.MKFILE).path(Attribute.PATH, file).u64(Attribute.INO, 257).write();
    for (int at = 0; at < dataBytes; at += WRITE_BYTES) {
      writer
          .command(Command.WRITE)
          .path(Attribute.PATH, file)
          .u64(Attribute.FILE_OFFSET, at)
          .data(bytes(random, Math.min(WRITE_BYTES, dataBytes - at)))
          .write();
    }
    for (int at = 0; at < xattrBytes; at += WRITE_BYTES) {
      writer
          .command(Command.SET_XATTR)
          .path(Attribute.PATH, file)
          .bytes(Attribute.XATTR_NAME, ("user.x" + at).getBytes(StandardCharsets.US_ASCII))
          .bytes(Attribute.XATTR_DATA, bytes(random, WRITE_BYTES))
          .write();
    }
    writer.end();
    return out.toByteArray();
  }

  /** Bytes that no compressor can shrink. */
  public static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
