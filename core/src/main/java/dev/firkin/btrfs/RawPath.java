package dev.firkin.btrfs;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Paths as the bytes that they are to the kernel. {@link Path} keeps those bytes, but its {@link
 * Path#toString} loses those that the encoding of the locale has no character for; its URI has them
 * all.
 */
final class RawPath {
  private static final String UNRESERVED = "-._~/";

  private RawPath() {}

  /** The bytes of the absolute path. */
  static byte[] bytes(Path path) {
    String uri = path.toAbsolutePath().toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(uri.length());
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(uri, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    byte[] raw = bytes.toByteArray();
    // toUri() appends a slash to what is a directory at the moment.
    boolean slashAppended = raw.length > 1 && raw[raw.length - 1] == '/';
    return slashAppended ? Arrays.copyOf(raw, raw.length - 1) : raw;
  }

  /** The path with these bytes, which must be absolute. */
  static Path of(byte[] absolute) {
    if (absolute.length == 0 || absolute[0] != '/') {
      throw new IllegalArgumentException("not an absolute path");
    }
    StringBuilder uri = new StringBuilder("file://");
    for (byte b : absolute) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
        uri.append(c);
      } else {
        uri.append('%')
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      }
    }
    return Path.of(URI.create(uri.toString()));
  }

  /** Names the entry {@code relative}, in bytes, below {@code directory}. */
  static Path resolve(Path directory, byte[] relative) {
    byte[] base = bytes(directory);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(base);
    if (base[base.length - 1] != '/' && relative.length > 0) {
      joined.write('/');
    }
    joined.writeBytes(relative);
    return of(joined.toByteArray());
  }

  /** Whether a program can be given this path as an argument without it changing on the way. */
  static boolean survivesAsArgument(Path path) {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    return Arrays.equals(
        path.toAbsolutePath().toString().getBytes(Charset.forName(encoding)), bytes(path));
  }
}
