package dev.firkin.btrfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** All extended attributes of files, of every namespace that this user may see. */
public final class Xattrs {
  private Xattrs() {}

  /**
   * Reads the attributes of a file, or of a symbolic link itself.
   *
   * @return by name, the value in hexadecimal; empty where the filesystem has none
   */
  public static SortedMap<String, String> of(Path path) throws IOException {
    SortedMap<String, String> attributes = new TreeMap<>();
    byte[] names;
    try {
      names = Libc.listXattrs(path);
    } catch (ErrnoException e) {
      if (e.errno() == ErrnoException.EOPNOTSUPP) {
        return attributes;
      }
      throw e;
    }
    int start = 0;
    for (int i = 0; i < names.length; i++) {
      if (names[i] == 0) {
        byte[] name = Arrays.copyOfRange(names, start, i);
        start = i + 1;
        try {
          attributes.put(
              new String(name, StandardCharsets.ISO_8859_1),
              HexFormat.of().formatHex(Libc.xattr(path, name)));
        } catch (ErrnoException e) {
          // Removed since the names were listed.
          if (e.errno() != ErrnoException.ENODATA) {
            throw e;
          }
        }
      }
    }
    return Collections.unmodifiableSortedMap(attributes);
  }
}
