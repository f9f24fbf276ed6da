package dev.firkin.sendstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;

/** A valid stream of random commands, with the payload it is known to contain. */
final class RandomStream {
  private final Random random;
  private final int version;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
  private int subvolumes;

  private RandomStream(Random random, int version) {
    this.random = random;
    this.version = version;
  }

  /** One stream of one subvolume. */
  static RandomStream of(Random random, int version, int commands) throws IOException {
    RandomStream stream = new RandomStream(random, version);
    stream.append(1, commands);
    return stream;
  }

  /** Several streams back to back, each of several subvolumes. */
  static RandomStream several(Random random, int version, int commands) throws IOException {
    RandomStream stream = new RandomStream(random, version);
    int streams = 1 + random.nextInt(3);
    for (int i = 0; i < streams; i++) {
      stream.append(1 + random.nextInt(3), commands);
    }
    return stream;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  byte[] payload() {
    return payload.toByteArray();
  }

  int subvolumes() {
    return subvolumes;
  }

  private void append(int subvolumesInStream, int commands) throws IOException {
    SendStreamWriter writer = SendStreamWriter.begin(bytes, version);
    for (int s = 0; s < subvolumesInStream; s++) {
      writer.subvolume(
          new SubvolumeHeader(
              name(),
              uuid(),
              random.nextLong(),
              random.nextBoolean()
                  ? Optional.of(new SubvolumeHeader.Parent(uuid(), random.nextLong()))
                  : Optional.empty()));
      subvolumes++;
      for (int i = 0; i < commands; i++) {
        command(writer);
      }
    }
    writer.end();
  }

  private void command(SendStreamWriter writer) throws IOException {
    switch (random.nextInt(version == 1 ? 6 : 8)) {
      case 0 ->
          writer
              .command(Command.MKFILE)
              .path(Attribute.PATH, name())
              .u64(Attribute.INO, random.nextLong())
              .write();
      case 1 ->
          writer
              .command(Command.UTIMES)
              .path(Attribute.PATH, name())
              .time(Attribute.ATIME, random.nextLong(), random.nextInt(1_000_000_000))
              .time(Attribute.MTIME, random.nextLong(), random.nextInt(1_000_000_000))
              .time(Attribute.CTIME, random.nextLong(), random.nextInt(1_000_000_000))
              .write();
      case 2 ->
          writer
              .command(Command.SET_XATTR)
              .path(Attribute.PATH, name())
              .bytes(Attribute.XATTR_NAME, "user.x".getBytes(StandardCharsets.UTF_8))
              .bytes(Attribute.XATTR_DATA, someBytes(random.nextInt(300)))
              .write();
      case 3, 4, 5 ->
          writer
              .command(Command.WRITE)
              .path(Attribute.PATH, name())
              .u64(Attribute.FILE_OFFSET, random.nextLong())
              .data(payload(random.nextInt(10) == 0 ? 0 : random.nextInt(50_000)))
              .write();
      case 6 ->
          writer
              .command(Command.FALLOCATE)
              .path(Attribute.PATH, name())
              .u32(Attribute.FALLOCATE_MODE, 3)
              .u64(Attribute.FILE_OFFSET, random.nextLong())
              .u64(Attribute.SIZE, random.nextLong())
              .write();
      default ->
          writer
              .command(Command.ENCODED_WRITE)
              .path(Attribute.PATH, name())
              .u64(Attribute.FILE_OFFSET, random.nextLong())
              .u64(Attribute.UNENCODED_FILE_LEN, 100)
              .u64(Attribute.UNENCODED_LEN, 100)
              .u64(Attribute.UNENCODED_OFFSET, 0)
              .u32(Attribute.COMPRESSION, 2)
              .data(payload(random.nextInt(131_072)))
              .write();
    }
  }

  private byte[] payload(int length) {
    byte[] value = someBytes(length);
    payload.writeBytes(value);
    return value;
  }

  private byte[] someBytes(int length) {
    byte[] value = new byte[length];
    random.nextBytes(value);
    return value;
  }

  private StreamPath name() {
    byte[] value = someBytes(1 + random.nextInt(60));
    for (int i = 0; i < value.length; i++) {
      value[i] = value[i] == 0 || value[i] == '/' ? (byte) 'x' : value[i];
    }
    return StreamPath.of(value);
  }

  private SubvolumeUuid uuid() {
    return SubvolumeUuid.ofBytes(someBytes(16));
  }
}
