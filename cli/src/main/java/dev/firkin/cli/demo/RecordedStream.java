package dev.firkin.cli.demo;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The send streams that this program ships: of a small tree of its own sources and generated data,
 * recorded on a real kernel by {@code tools/record-demo-streams}.
 */
public enum RecordedStream {
  /** A full stream. */
  MONDAY("monday.btrfs"),
  /** The delta on it. */
  TUESDAY("tuesday.btrfs");

  private static final int MAX_BYTES = 64 << 20;

  private final String fileName;

  RecordedStream(String fileName) {
    this.fileName = fileName;
  }

  public String fileName() {
    return fileName;
  }

  /** The stream as {@code btrfs send} wrote it. */
  public byte[] bytes() throws IOException, FirkinException {
    try (InputStream in = RecordedStream.class.getResourceAsStream(fileName + ".zst")) {
      if (in == null) {
        throw new IllegalStateException(fileName + " is not in the jar");
      }
      return Codec.plain(Codec.DEFAULT_ZSTD_LEVEL)
          .decode(ByteBuffer.wrap(in.readAllBytes()), MAX_BYTES);
    }
  }
}
