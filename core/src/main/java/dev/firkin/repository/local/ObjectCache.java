package dev.firkin.repository.local;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Copies of small immutable objects in the state folder, in their stored form. A cache: every use
 * checks what it got as it would check the store's answer, and a folder that is missing, read-only
 * or full costs time and nothing else.
 */
public final class ObjectCache {
  private static final Logger LOG = System.getLogger(ObjectCache.class.getName());

  private final Optional<Path> folder;

  private ObjectCache(Optional<Path> folder) {
    this.folder = folder;
  }

  /**
   * @param folder of one repository, e.g. {@code /var/lib/firkin/<repository id>}; made when needed
   */
  public static ObjectCache in(Path folder) {
    return new ObjectCache(Optional.of(folder));
  }

  /** Remembers nothing. */
  public static ObjectCache none() {
    return new ObjectCache(Optional.empty());
  }

  /**
   * The copy of an object, if there is one of this length.
   *
   * @param key relative, without {@code ..}
   */
  public Optional<byte[]> get(String key, long bytes) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path file = folder.get().resolve(key);
      if (Files.size(file) != bytes) {
        return Optional.empty(); // without reading it: it may have any size
      }
      byte[] copy = Files.readAllBytes(file);
      return copy.length == bytes ? Optional.of(copy) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cache not readable, going on without it", e);
      return Optional.empty();
    }
  }

  public void put(String key, byte[] stored) {
    if (folder.isPresent()) {
      try {
        PrivateFiles.write(folder.get().resolve(key), stored);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "cache not writable, going on without it", e);
      }
    }
  }

  /** Forgets one copy, e.g. as it proved damaged. */
  public void remove(String key) {
    if (folder.isPresent()) {
      try {
        Files.deleteIfExists(folder.get().resolve(key));
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "cache not writable, going on without it", e);
      }
    }
  }
}
