package dev.firkin.sendstream;

import java.io.IOException;
import java.io.InputStream;

/**
 * What a send will amount to, learnt from {@code btrfs send --no-data}, which reads metadata only
 * and says {@code UPDATE_EXTENT} where the real stream has a row of {@code WRITE}s.
 *
 * <p>Close for a plain send by the same protocol. An upper bound with {@code --compressed-data},
 * where the compressed lengths are not told.
 *
 * @param streamBytes of the whole stream
 * @param dataBytes of its payload
 * @param subvolumes in the stream
 */
public record StreamSizeEstimate(long streamBytes, long dataBytes, int subvolumes) {
  private static final int WRITE_BYTES_V1 = 48 << 10;
  private static final int WRITE_BYTES_V2 = 128 << 10;

  /** Command header, and the headers of PATH, FILE_OFFSET (with its value) and DATA. */
  private static final int WRITE_FRAMING_BYTES_V1 = 10 + 4 + (4 + 8) + 4;

  /**
   * Reads a stream that was made with {@code --no-data} to its end.
   *
   * @param protocol of the send whose size is asked for, from 1
   */
  public static StreamSizeEstimate ofNoDataStream(InputStream noDataStream, int protocol)
      throws IOException, MalformedStreamException {
    if (protocol < 1 || protocol > Framing.NEWEST_VERSION) {
      throw new IllegalArgumentException("protocol " + protocol);
    }
    Extents extents = new Extents(protocol);
    long read = CommandReader.readStream(noDataStream, extents);
    return new StreamSizeEstimate(extents.streamBytes(read), extents.dataBytes, extents.subvolumes);
  }

  private static final class Extents implements CommandVisitor {
    private final int writeBytes;
    private final int framingBytes;
    private long replacedBytes;
    private long writeFramingBytes;
    private long dataBytes;
    private int subvolumes;

    Extents(int protocol) {
      writeBytes = protocol == 1 ? WRITE_BYTES_V1 : WRITE_BYTES_V2;
      framingBytes = protocol == 1 ? WRITE_FRAMING_BYTES_V1 : WRITE_FRAMING_BYTES_V1 - 2;
    }

    /** Of the real stream, where {@code read} bytes were read of this one. */
    long streamBytes(long read) throws MalformedStreamException {
      try {
        return Math.addExact(Math.addExact(read - replacedBytes, writeFramingBytes), dataBytes);
      } catch (ArithmeticException tooMuch) {
        throw tooMuch(read);
      }
    }

    @Override
    public boolean wants(Command type) {
      return type == Command.UPDATE_EXTENT || type.startsSubvolume();
    }

    @Override
    public void visit(StreamCommand command) throws MalformedStreamException {
      if (command.type().startsSubvolume()) {
        subvolumes++;
        return;
      }
      long size = command.u64(Attribute.SIZE);
      if (size < 0) {
        throw MalformedStreamException.damaged(
            command.streamOffset(), "UPDATE_EXTENT of " + Long.toUnsignedString(size) + " bytes");
      }
      long writes = size / writeBytes + (size % writeBytes == 0 ? 0 : 1);
      long pathBytes = command.path(Attribute.PATH).lengthBytes();
      replacedBytes += command.sizeBytes();
      try {
        dataBytes = Math.addExact(dataBytes, size);
        writeFramingBytes =
            Math.addExact(writeFramingBytes, Math.multiplyExact(writes, framingBytes + pathBytes));
      } catch (ArithmeticException tooMuch) {
        throw tooMuch(command.streamOffset());
      }
    }

    private static MalformedStreamException tooMuch(long streamOffset) {
      return MalformedStreamException.damaged(
          streamOffset, "its extents add up to more than any disk holds");
    }
  }
}
