package dev.firkin.repository.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Copies of small immutable objects in the state folder, in their stored form. A cache: who gets a
 * copy checks it as it would check the store's answer (of manifests: once, see {@link
 * ManifestCopies}), and a folder that is missing, read-only or full costs time and nothing else.
 */
public final class ObjectCache {
  private static final Logger LOG = System.getLogger(ObjectCache.class.getName());

  private final Optional<Path> folder;
  private final ManifestCopies manifests;
  private final Set<Path> tidied = ConcurrentHashMap.newKeySet();

  private ObjectCache(Optional<Path> folder) {
    this.folder = folder;
    this.manifests = new ManifestCopies(folder.map(f -> f.resolve("manifests")));
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

  /** The manifests among them, as they are once opened. */
  public ManifestCopies manifests() {
    return manifests;
  }

  /**
   * The copy of an object, if there is one of this length.
   *
   * @param key relative, without {@code ..}
   */
  public Optional<byte[]> get(String key, long bytes) {
    return read(key, bytes).filter(copy -> copy.length == bytes);
  }

  private Optional<byte[]> read(String key, long bytes) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path file = folder.get().resolve(key);
      if (Files.size(file) != bytes) {
        return Optional.empty(); // without reading it: it may have any size
      }
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cache not readable, going on without it", e);
      return Optional.empty();
    }
  }

  /**
   * The keys of all copies in one folder.
   *
   * @param prefix such as {@code snapshots}, without folders in it
   */
  public List<String> keys(String prefix) {
    if (folder.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.get().resolve(prefix))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> !name.startsWith("."))
          .sorted()
          .map(name -> prefix + "/" + name)
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException | UncheckedIOException e) {
      LOG.log(Level.DEBUG, "cache not readable, going on without it", e);
      return List.of();
    }
  }

  /** What tells the copy of an object from what comes in its place, if there is one. */
  public Optional<FileStamp> stamp(String key) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(FileStamp.of(folder.get().resolve(key)));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "no copy of " + key, e);
      return Optional.empty();
    }
  }

  /** Keeps a copy, if that can be. */
  public Optional<FileStamp> put(String key, byte[] stored) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path file = folder.get().resolve(key);
      FileStamp written = PrivateFiles.write(file, stored);
      if (tidied.add(file.resolveSibling(""))) {
        PrivateFiles.removeLeftovers(file.resolveSibling(""));
      }
      return Optional.of(written);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cache not writable, going on without it", e);
      return Optional.empty();
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
