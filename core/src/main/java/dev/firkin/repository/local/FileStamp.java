package dev.firkin.repository.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What tells a file that is replaced, and never written to, from the one that was there before.
 * Without its device, which has another number after each start of the machine.
 *
 * @param bytes its length
 * @param modified in nanoseconds since the epoch, as far as the file system counts them
 */
public record FileStamp(long bytes, long modified, long inode) {
  private static final String FACTS = "unix:size,lastModifiedTime,ino";

  /** Of a file that is there. */
  static FileStamp of(Path file) throws IOException {
    Map<String, Object> facts = Files.readAttributes(file, FACTS);
    if (facts.get("size") instanceof Long bytes
        && facts.get("lastModifiedTime") instanceof FileTime modified
        && facts.get("ino") instanceof Long inode) {
      return new FileStamp(bytes, modified.to(TimeUnit.NANOSECONDS), inode);
    }
    throw new IOException(file + " has no inode");
  }
}
