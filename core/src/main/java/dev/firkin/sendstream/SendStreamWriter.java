package dev.firkin.sendstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes btrfs send streams: header, commands with right lengths and CRCs, {@code END}. It checks
 * what the format needs, not what {@code btrfs receive} would make of it. For one thread.
 */
public final class SendStreamWriter {
  private static final int MAX_ATTRIBUTE_BYTES = 0xffff;

  private final OutputStream out;
  private final int version;

  private SendStreamWriter(OutputStream out, int version) {
    this.out = out;
    this.version = version;
  }

  /** Writes the header of a stream; another one may be begun on the same output after its end. */
  public static SendStreamWriter begin(OutputStream out, int version) throws IOException {
    if (version < 1 || version > Framing.NEWEST_VERSION) {
      throw new IllegalArgumentException("protocol version " + version);
    }
    out.write(Framing.magic());
    byte[] number = new byte[4];
    LittleEndian.write(number, 0, 4, version);
    out.write(number);
    return new SendStreamWriter(out, version);
  }

  /** Starts a command; nothing is written before {@link Body#write}. */
  public Body command(Command type) {
    if (type.sinceVersion() > version) {
      throw new IllegalArgumentException(type + " does not exist in version " + version);
    }
    return new Body(type.number());
  }

  /** Writes a {@code SUBVOL} command, or a {@code SNAPSHOT} command where there is a parent. */
  public void subvolume(SubvolumeHeader header) throws IOException {
    Body body =
        command(header.parent().isPresent() ? Command.SNAPSHOT : Command.SUBVOL)
            .path(Attribute.PATH, header.path())
            .uuid(Attribute.UUID, header.uuid())
            .u64(Attribute.CTRANSID, header.ctransid());
    if (header.parent().isPresent()) {
      SubvolumeHeader.Parent parent = header.parent().get();
      body.uuid(Attribute.CLONE_UUID, parent.uuid())
          .u64(Attribute.CLONE_CTRANSID, parent.ctransid());
    }
    body.write();
  }

  /** Writes the {@code END} command; does not close the output. */
  public void end() throws IOException {
    command(Command.END).write();
  }

  /** The attributes of one command, in the order given. */
  public final class Body {
    private final int commandNumber;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean dataWritten;

    private Body(int commandNumber) {
      this.commandNumber = commandNumber;
    }

    public Body bytes(Attribute attribute, byte[] value) {
      if (attribute == Attribute.DATA) {
        return data(value);
      }
      return attribute(attribute, value);
    }

    public Body path(Attribute attribute, StreamPath value) {
      return attribute(attribute, value.toBytes());
    }

    public Body uuid(Attribute attribute, SubvolumeUuid value) {
      return attribute(attribute, value.toBytes());
    }

    public Body u64(Attribute attribute, long value) {
      return integer(attribute, 8, value);
    }

    public Body u32(Attribute attribute, int value) {
      return integer(attribute, 4, value);
    }

    public Body time(Attribute attribute, long seconds, int nanoseconds) {
      byte[] value = new byte[12];
      LittleEndian.write(value, 0, 8, seconds);
      LittleEndian.write(value, 8, 4, nanoseconds);
      return attribute(attribute, value);
    }

    /** {@code DATA}: at most 65,535 bytes in version 1; the last attribute from version 2 on. */
    public Body data(byte[] value) {
      if (version == 1) {
        return attribute(Attribute.DATA, value);
      }
      open(Attribute.DATA);
      integer(2, Attribute.DATA.number());
      bytes.writeBytes(value);
      dataWritten = true;
      return this;
    }

    /** Writes the command. */
    public void write() throws IOException {
      byte[] body = bytes.toByteArray();
      if (body.length > Framing.MAX_BODY_BYTES) {
        throw new IllegalArgumentException("a command of " + body.length + " bytes");
      }
      CommandCrc crc = new CommandCrc();
      crc.begin(body.length, commandNumber);
      crc.update(body, 0, body.length);
      byte[] header = new byte[Framing.COMMAND_HEADER_BYTES];
      LittleEndian.write(header, 0, 4, body.length);
      LittleEndian.write(header, 4, 2, commandNumber);
      LittleEndian.write(header, 6, 4, crc.value());
      out.write(header);
      out.write(body);
    }

    private Body attribute(Attribute attribute, byte[] value) {
      open(attribute);
      if (value.length > MAX_ATTRIBUTE_BYTES) {
        throw new IllegalArgumentException(attribute + " of " + value.length + " bytes");
      }
      integer(2, attribute.number());
      integer(2, value.length);
      bytes.writeBytes(value);
      return this;
    }

    private Body integer(Attribute attribute, int size, long value) {
      byte[] encoded = new byte[size];
      LittleEndian.write(encoded, 0, size, value);
      return attribute(attribute, encoded);
    }

    private void integer(int size, long value) {
      byte[] encoded = new byte[size];
      LittleEndian.write(encoded, 0, size, value);
      bytes.writeBytes(encoded);
    }

    private void open(Attribute attribute) {
      if (attribute.sinceVersion() > version) {
        throw new IllegalArgumentException(attribute + " does not exist in version " + version);
      }
      if (dataWritten) {
        throw new IllegalArgumentException("DATA must be the last attribute");
      }
    }
  }
}
