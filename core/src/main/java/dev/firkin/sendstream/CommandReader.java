package dev.firkin.sendstream;

import java.io.IOException;
import java.io.InputStream;

/** Reads the commands of a btrfs send stream, whole or split, and shows them to a visitor. */
public final class CommandReader {
  private CommandReader() {}

  /**
   * Reads a whole stream to its end, verifying it.
   *
   * @return bytes read
   */
  public static long readStream(InputStream stream, CommandVisitor visitor)
      throws IOException, MalformedStreamException {
    return read(stream, new Framing(visitor, true), false);
  }

  /**
   * Reads the commands that a split left, to their end. The CRC of a command whose payload is
   * elsewhere is not verified.
   *
   * @return bytes read
   */
  public static long readCommands(InputStream commands, CommandVisitor visitor)
      throws IOException, MalformedStreamException {
    return read(commands, new Framing(visitor, true), true);
  }

  private static long read(InputStream in, Framing framing, boolean payloadElsewhere)
      throws IOException, MalformedStreamException {
    byte[] buffer = new byte[64 << 10];
    long total = 0;
    for (int filled = in.read(buffer); filled >= 0; filled = in.read(buffer)) {
      total += filled;
      int at = 0;
      while (at < filled) {
        int n = Math.min(framing.wanted(), filled - at);
        framing.accept(buffer, at, n);
        at += n;
        while (payloadElsewhere && framing.wantsPayload()) {
          framing.skipPayload();
        }
      }
    }
    framing.end();
    return total;
  }
}
