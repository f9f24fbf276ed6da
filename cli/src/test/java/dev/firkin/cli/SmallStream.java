package dev.firkin.cli;

import dev.firkin.sendstream.Attribute;
import dev.firkin.sendstream.Command;
import dev.firkin.sendstream.SendStreamWriter;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeHeader;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;

/** Send streams with one file each, named by a number. */
final class SmallStream {
  private SmallStream() {}

  static byte[] full(int number) throws IOException {
    return stream(number, Optional.empty());
  }

  static byte[] delta(int number, int parent) throws IOException {
    return stream(number, Optional.of(new SubvolumeHeader.Parent(uuid(parent), parent)));
  }

  private static SubvolumeUuid uuid(int number) {
    return new SubvolumeUuid(new Random(number).nextLong(), number);
  }

  private static byte[] stream(int number, Optional<SubvolumeHeader.Parent> parent)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SendStreamWriter writer = SendStreamWriter.begin(out, 1);
    writer.subvolume(
        new SubvolumeHeader(StreamPath.of("s" + number), uuid(number), number, parent));
    StreamPath file = StreamPath.of("file" + number);
    writer.command(Command.MKFILE).path(Attribute.PATH, file).u64(Attribute.INO, 257).write();
    byte[] data = new byte[30_000];
    new Random(number).nextBytes(data);
    writer
        .command(Command.WRITE)
        .path(Attribute.PATH, file)
        .u64(Attribute.FILE_OFFSET, 0)
        .data(data)
        .write();
    writer.end();
    return out.toByteArray();
  }
}
