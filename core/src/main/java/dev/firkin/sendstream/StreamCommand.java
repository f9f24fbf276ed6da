package dev.firkin.sendstream;

import java.util.Arrays;

/**
 * One command and its attributes, without payload. Reused: valid during {@link
 * CommandVisitor#visit} only; what its methods return may be kept.
 */
public final class StreamCommand {
  private static final int ABSENT = -1;

  private final int[] starts = new int[Attribute.MAX_NUMBER + 1];
  private final int[] lengths = new int[Attribute.MAX_NUMBER + 1];
  private byte[] values = new byte[512];
  private int used;
  private Command type = Command.END;
  private long streamOffset;
  private long payloadBytes;
  private long sizeBytes;

  StreamCommand() {}

  public Command type() {
    return type;
  }

  /** Where the command starts in the whole stream. */
  public long streamOffset() {
    return streamOffset;
  }

  /** Bytes of the command in the whole stream: header, attributes and payload. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** Bytes of payload; the bytes themselves are not kept. */
  public long payloadBytes() {
    return payloadBytes;
  }

  public boolean has(Attribute attribute) {
    return lengths[attribute.number()] != ABSENT;
  }

  /** The value of an attribute that must be there. */
  public byte[] bytes(Attribute attribute) throws MalformedStreamException {
    if (!has(attribute)) {
      throw damaged("has no " + attribute);
    }
    int start = starts[attribute.number()];
    return Arrays.copyOfRange(values, start, start + lengths[attribute.number()]);
  }

  /** An unsigned integer of 8 bytes that must be there. */
  public long u64(Attribute attribute) throws MalformedStreamException {
    byte[] bytes = bytes(attribute);
    if (bytes.length != Long.BYTES) {
      throw damaged("has a " + attribute + " of " + bytes.length + " bytes instead of 8");
    }
    return LittleEndian.read(bytes, 0, Long.BYTES);
  }

  /** A path that must be there. */
  public StreamPath path(Attribute attribute) throws MalformedStreamException {
    byte[] bytes = bytes(attribute);
    for (byte b : bytes) {
      if (b == 0) {
        throw damaged("has a NUL byte in " + attribute);
      }
    }
    return StreamPath.of(bytes);
  }

  /** A UUID that must be there and not be nil. */
  public SubvolumeUuid uuid(Attribute attribute) throws MalformedStreamException {
    byte[] bytes = bytes(attribute);
    if (bytes.length != SubvolumeUuid.BYTES
        || Arrays.equals(bytes, new byte[SubvolumeUuid.BYTES])) {
      throw damaged("has no valid " + attribute);
    }
    return SubvolumeUuid.ofBytes(bytes);
  }

  void begin(Command newType, long newStreamOffset, long newSizeBytes) {
    type = newType;
    streamOffset = newStreamOffset;
    sizeBytes = newSizeBytes;
    payloadBytes = 0;
    used = 0;
    Arrays.fill(lengths, ABSENT);
  }

  void beginAttribute(Attribute attribute) {
    starts[attribute.number()] = used;
    lengths[attribute.number()] = 0;
  }

  /** Grows by what has arrived, never by what a length promises. */
  void append(Attribute attribute, byte[] b, int off, int len) {
    if (values.length - used < len) {
      values = Arrays.copyOf(values, Math.max(values.length * 2, used + len));
    }
    System.arraycopy(b, off, values, used, len);
    used += len;
    lengths[attribute.number()] += len;
  }

  void payload(long bytes) {
    payloadBytes = bytes;
  }

  private MalformedStreamException damaged(String what) {
    return MalformedStreamException.damaged(streamOffset, type + " " + what);
  }
}
