package dev.firkin.it.btrfs;

import java.net.URI;
import java.nio.file.Path;

/** File names in bytes that need not be text. */
final class RawName {
  private RawName() {}

  /** The entry of {@code directory} with this name, each char of which stands for one byte. */
  static Path in(Path directory, String bytes) {
    StringBuilder uri = new StringBuilder(directory.toUri().toString());
    if (uri.charAt(uri.length() - 1) != '/') {
      uri.append('/');
    }
    for (int i = 0; i < bytes.length(); i++) {
      uri.append(String.format("%%%02x", (int) bytes.charAt(i)));
    }
    return Path.of(URI.create(uri.toString()));
  }
}
