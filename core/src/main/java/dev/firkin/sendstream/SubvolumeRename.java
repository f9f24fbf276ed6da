package dev.firkin.sendstream;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Passes a btrfs send stream on and gives its first subvolume another name, so that {@code btrfs
 * receive} makes it under that name. Everything behind the first command passes unchanged. For one
 * thread.
 *
 * <p>{@link #write} throws an {@link IOException} caused by a {@link MalformedStreamException}
 * where what is written does not begin like a stream; so does {@link #close} where it ends before
 * its first command does.
 */
public final class SubvolumeRename extends FilterOutputStream {
  private static final int STREAM_HEADER_BYTES = Framing.magic().length + 4;

  /** Far more than the longest name and two UUIDs need. */
  private static final int MAX_FIRST_BODY_BYTES = 64 << 10;

  private final StreamPath newName;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream(256);
  private int headWanted = STREAM_HEADER_BYTES + Framing.COMMAND_HEADER_BYTES;
  private boolean renamed;
  private boolean closed;

  /**
   * Renames what is written on its way to {@code out}.
   *
   * @param newName a plain name
   * @throws IllegalArgumentException where it is none
   */
  public SubvolumeRename(OutputStream out, StreamPath newName) {
    super(out);
    if (!newName.isPlainName()) {
      throw new IllegalArgumentException("not a plain name: " + newName);
    }
    this.newName = newName;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] b, int off, int len) throws IOException {
    int at = off;
    int end = off + len;
    while (!renamed && at < end) {
      int n = Math.min(headWanted - head.size(), end - at);
      head.write(b, at, n);
      at += n;
      if (head.size() == headWanted) {
        headComplete();
      }
    }
    if (at < end) {
      out.write(b, at, end - at);
    }
  }

  /** Closes the output; a stream without a complete first command is an error, even then. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (OutputStream closing = out) {
      closing.flush();
      if (!renamed) {
        throw asIo(MalformedStreamException.truncated(head.size(), "before its first subvolume"));
      }
    }
  }

  private void headComplete() throws IOException {
    byte[] bytes = head.toByteArray();
    try {
      if (headWanted == STREAM_HEADER_BYTES + Framing.COMMAND_HEADER_BYTES) {
        headWanted += bodyBytes(bytes);
        if (headWanted > bytes.length) {
          return;
        }
      }
      out.write(rename(bytes));
      renamed = true;
    } catch (MalformedStreamException e) {
      throw asIo(e);
    }
  }

  private static int bodyBytes(byte[] bytes) throws MalformedStreamException {
    check(bytes);
    long length = LittleEndian.read(bytes, STREAM_HEADER_BYTES, 4);
    if (length > MAX_FIRST_BODY_BYTES) {
      throw MalformedStreamException.damaged(
          STREAM_HEADER_BYTES, "its first command claims " + length + " bytes");
    }
    return (int) length;
  }

  private byte[] rename(byte[] bytes) throws MalformedStreamException {
    check(bytes);
    ByteArrayOutputStream body = new ByteArrayOutputStream(bytes.length + newName.lengthBytes());
    int at = STREAM_HEADER_BYTES + Framing.COMMAND_HEADER_BYTES;
    while (at < bytes.length) {
      int type = (int) LittleEndian.read(bytes, at, 2);
      int next = at + 4 + (int) LittleEndian.read(bytes, at + 2, 2);
      if (type == Attribute.PATH.number()) {
        byte[] attribute = new byte[4];
        LittleEndian.write(attribute, 0, 2, type);
        LittleEndian.write(attribute, 2, 2, newName.lengthBytes());
        body.writeBytes(attribute);
        body.writeBytes(newName.toBytes());
      } else {
        body.write(bytes, at, next - at);
      }
      at = next;
    }
    int number = (int) LittleEndian.read(bytes, STREAM_HEADER_BYTES + 4, 2);
    byte[] newBody = body.toByteArray();
    byte[] result =
        Arrays.copyOf(bytes, STREAM_HEADER_BYTES + Framing.COMMAND_HEADER_BYTES + newBody.length);
    System.arraycopy(
        newBody, 0, result, STREAM_HEADER_BYTES + Framing.COMMAND_HEADER_BYTES, newBody.length);
    CommandCrc crc = new CommandCrc();
    crc.begin(newBody.length, number);
    crc.update(newBody, 0, newBody.length);
    LittleEndian.write(result, STREAM_HEADER_BYTES, 4, newBody.length);
    LittleEndian.write(result, STREAM_HEADER_BYTES + 6, 4, crc.value());
    return result;
  }

  /** Lets the grammar see what there is, CRC included: a damaged head must not get a right one. */
  private static void check(byte[] bytes) throws MalformedStreamException {
    Framing framing = new Framing(CommandVisitor.NONE, true);
    int at = 0;
    while (at < bytes.length) {
      int n = Math.min(framing.wanted(), bytes.length - at);
      framing.accept(bytes, at, n);
      at += n;
    }
  }

  private static IOException asIo(MalformedStreamException e) {
    return new IOException(e.getMessage(), e);
  }
}
