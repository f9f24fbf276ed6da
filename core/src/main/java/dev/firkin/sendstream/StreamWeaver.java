package dev.firkin.sendstream;

import static dev.firkin.sendstream.MalformedStreamException.damaged;
import static dev.firkin.sendstream.MalformedStreamException.truncated;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Weaves commands and data back into the stream they were split from, byte for byte.
 *
 * <p>Bytes are written as they come: whoever cannot undo what was written must not act on the
 * output before {@link #weave} returned.
 */
public final class StreamWeaver {
  private static final int BUFFER_BYTES = 256 << 10;

  private final boolean verifyCrc;
  private final byte[] commandBuffer = new byte[32 << 10];
  private final byte[] woven = new byte[BUFFER_BYTES];
  private int commandAt;
  private int commandEnd;
  private int wovenFill;
  private long commandBytes;
  private long dataBytes;

  private StreamWeaver(boolean verifyCrc) {
    this.verifyCrc = verifyCrc;
  }

  /** Weaves and verifies the CRC of every command. */
  public static StreamSummary weave(InputStream commands, InputStream data, OutputStream out)
      throws IOException, MalformedStreamException {
    return new StreamWeaver(true).run(commands, data, out);
  }

  /** Weaves and verifies the framing only: for bytes that are proven right by other means. */
  public static StreamSummary weaveUnverified(
      InputStream commands, InputStream data, OutputStream out)
      throws IOException, MalformedStreamException {
    return new StreamWeaver(false).run(commands, data, out);
  }

  /**
   * Reads both inputs to their ends and flushes the output; closes none of them.
   *
   * @throws MalformedStreamException where an input ends early, has bytes left over, or is damaged
   */
  private StreamSummary run(InputStream commands, InputStream data, OutputStream out)
      throws IOException, MalformedStreamException {
    StreamSummary summary =
        fillCommands(commands) ? weaveBtrfs(commands, data, out) : copyOpaque(data, out);
    out.flush();
    return summary;
  }

  private StreamSummary copyOpaque(InputStream data, OutputStream out) throws IOException {
    for (int n = data.read(woven); n >= 0; n = data.read(woven)) {
      out.write(woven, 0, n);
      dataBytes += n;
    }
    return dataBytes == 0
        ? new StreamSummary.EmptyStream()
        : new StreamSummary.OpaqueStream(dataBytes);
  }

  private StreamSummary weaveBtrfs(InputStream commands, InputStream data, OutputStream out)
      throws IOException, MalformedStreamException {
    Framing framing = new Framing(CommandVisitor.NONE, verifyCrc);
    while (framing.wantsPayload() || fillCommands(commands)) {
      if (wovenFill == woven.length) {
        drain(out);
      }
      int room = Math.min(framing.wanted(), woven.length - wovenFill);
      int n;
      if (framing.wantsPayload()) {
        n = data.read(woven, wovenFill, room);
        if (n < 0) {
          throw truncated(commandBytes + dataBytes, "its data ends before its commands do");
        }
        dataBytes += n;
      } else {
        n = Math.min(room, commandEnd - commandAt);
        System.arraycopy(commandBuffer, commandAt, woven, wovenFill, n);
        commandAt += n;
        commandBytes += n;
      }
      framing.accept(woven, wovenFill, n);
      wovenFill += n;
    }
    framing.end();
    if (data.read() >= 0) {
      throw damaged(commandBytes + dataBytes, "there is more data than its commands ask for");
    }
    drain(out);
    return new StreamSummary.BtrfsStream(
        framing.highestVersion(), framing.subvolumes(), commandBytes, dataBytes);
  }

  private boolean fillCommands(InputStream commands) throws IOException {
    if (commandAt == commandEnd) {
      commandAt = 0;
      commandEnd = Math.max(0, commands.read(commandBuffer));
    }
    return commandAt < commandEnd;
  }

  private void drain(OutputStream out) throws IOException {
    out.write(woven, 0, wovenFill);
    wovenFill = 0;
  }
}
