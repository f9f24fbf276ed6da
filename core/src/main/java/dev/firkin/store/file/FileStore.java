package dev.firkin.store.file;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectPart;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store in a folder, shared by as many threads, processes and (over NFS with locks) hosts as
 * like.
 *
 * <p>Durability: the data is synced before the file is published and its folder after, so that an
 * object is on the disk when {@link #put} returns. The price is two syncs per object, which overlap
 * between threads.
 *
 * <p>Conditions: see {@link Publication}. Deleting happens under the same lock.
 */
final class FileStore implements ObjectStore {
  // The JDK copies through a direct buffer of this thread that is as large as the largest transfer.
  private static final int TRANSFER_BYTES = 256 << 10;
  private static final int READ_ATTEMPTS = 100;

  private final Path root;
  private final String location;
  private final FileProblems problems;
  private final Folders folders;
  private final TemporaryFiles temporaries;
  private final FolderLock lock;
  private final Publication publication;

  private FileStore(Path root) {
    this.root = root;
    this.location = location(root);
    this.problems = new FileProblems(location, root);
    this.folders = new Folders(root);
    this.temporaries = new TemporaryFiles(root, folders);
    this.lock = new FolderLock(temporaries);
    this.publication = new Publication(lock);
  }

  /** Opens a folder that is there; it may be on a read-only medium. */
  static FileStore open(Path root) throws StoreException {
    if (!Files.exists(root)) {
      throw missing(root, null);
    }
    if (!Files.isDirectory(root)) {
      throw new NoSuchStoreException(
          location(root), null, root + " is not a folder", "name the folder of a repository", null);
    }
    try {
      FileStore store = new FileStore(root.toRealPath());
      store.temporaries.removeLeftovers();
      return store;
    } catch (IOException e) {
      throw new FileProblems(location(root), root).explain(null, "opened", e);
    }
  }

  /** Makes the folder if it is not there; not its parent, which may be a disk not mounted yet. */
  static FileStore create(Path root) throws StoreException {
    try {
      Folders.create(root);
      Folders.sync(root.resolveSibling("."));
    } catch (FileAlreadyExistsException e) {
      // Then open() tells whether it is a folder.
    } catch (NoSuchFileException e) {
      throw missing(root.resolveSibling(".").normalize(), e);
    } catch (IOException e) {
      throw new FileProblems(location(root), root).explain(null, "created", e);
    }
    return open(root);
  }

  private static NoSuchStoreException missing(Path folder, @Nullable Throwable cause) {
    return new NoSuchStoreException(
        location(folder),
        null,
        "the folder " + folder + " does not exist",
        "mount the disk it is on, or check the path",
        cause);
  }

  private static String location(Path root) {
    return "file://" + root;
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    try {
      requireRoot(key);
      Path target = path(key);
      folders.ensure(target.getParent());
      if (condition instanceof PutCondition.IfAbsent && Files.exists(target)) {
        return Publication.refused(target);
      }
      Path temporary = temporaries.write(body.duplicate());
      try {
        return publication.publish(temporary, target, condition);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw problems.explain(key, "written", e);
    }
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    return readSteadily(
        key,
        (path, state) -> {
          ObjectTooLargeException.check(location, key, state.bytes(), maxBytes);
          return read(path, state.bytes(), 0, (int) state.bytes())
              .map(body -> new StoredObject(body, state.version()));
        });
  }

  @Override
  public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException {
    return readSteadily(
        key,
        (path, state) -> {
          if (of.isPresent() && !of.get().equals(state.version())) {
            return Optional.of(Optional.empty());
          }
          int length = (int) Math.min(bytes, state.bytes() - from);
          Optional<ByteBuffer> body = read(path, state.bytes(), from, length);
          return body.isEmpty() ? Optional.empty() : Optional.of(part(body.get(), state));
        });
  }

  private static Optional<ObjectPart> part(ByteBuffer body, FileState state) {
    return Optional.of(new ObjectPart(body, state.bytes(), state.version(), OptionalInt.empty()));
  }

  private interface Reading<T> {
    /** Empty where the file is no longer in this state. */
    Optional<T> of(Path path, FileState state) throws StoreException, IOException;
  }

  private <T> T readSteadily(ObjectKey key, Reading<T> reading) throws StoreException {
    Path path = path(key);
    try {
      for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
        Optional<FileState> before = FileState.find(path);
        if (before.isEmpty()) {
          requireRoot(key);
          throw new ObjectMissingException(location, key);
        }
        Optional<T> result = reading.of(path, before.get());
        // An open file cannot be asked for its inode: the same state before and after means that
        // the bytes are of that version.
        if (result.isPresent() && FileState.find(path).equals(before)) {
          return result.get();
        }
      }
    } catch (UnreadableException e) {
      throw problems.unreadable(key, e.why());
    } catch (IOException e) {
      throw problems.explain(key, "read", e);
    }
    throw new StoreUnavailableException(
        location,
        key,
        "object " + key + " in " + location + " is overwritten faster than it can be read",
        null,
        null);
  }

  /** The bytes, or empty if the file is gone or no longer has this length. */
  private static Optional<ByteBuffer> read(Path path, long length, long from, int bytes)
      throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      if (file.size() != length) {
        return Optional.empty();
      }
      file.position(from);
      ByteBuffer body = ByteBuffer.allocate(bytes);
      while (body.hasRemaining()) {
        body.limit(Math.min(bytes, body.position() + TRANSFER_BYTES));
        if (readSome(file, body) < 0) {
          throw new IOException("ends after " + body.position() + " of " + bytes + " bytes");
        }
        body.limit(bytes);
      }
      return Optional.of(body.flip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static int readSome(FileChannel file, ByteBuffer body) throws UnreadableException {
    try {
      return file.read(body);
    } catch (IOException e) {
      throw new UnreadableException(e);
    }
  }

  @Override
  public Optional<ObjectInfo> head(ObjectKey key) throws StoreException {
    try {
      Optional<FileState> state = FileState.find(path(key));
      if (state.isPresent()) {
        // Whoever was told that it is there relies on it after a power cut too, as with a list.
        Folders.sync(path(key).getParent());
        state = FileState.find(path(key));
      }
      if (state.isEmpty()) {
        requireRoot(key);
      }
      return state.map(s -> s.info(key));
    } catch (IOException e) {
      throw problems.explain(key, "looked up", e);
    }
  }

  @Override
  public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException {
    requireRoot(null);
    try {
      Listing.of(root, prefix, each);
    } catch (IOException e) {
      throw problems.explain(null, "listed", e);
    }
    // A disk that was unmounted meanwhile looks like folders that are empty.
    requireRoot(null);
  }

  @Override
  public void delete(Collection<ObjectKey> keys) throws StoreException {
    requireRoot(null);
    Set<Path> changed = new HashSet<>();
    try (FolderLock.Held _ = lock.acquire()) {
      for (ObjectKey key : keys) {
        Path path = path(key);
        if (FileState.find(path).isPresent() && Files.deleteIfExists(path)) {
          changed.add(path.getParent());
        }
      }
      for (Path folder : changed) {
        Folders.sync(folder);
      }
    } catch (IOException e) {
      throw problems.explain(null, "deleted from", e);
    }
  }

  /** Nothing is ever called absent because the disk it was on has gone. */
  private void requireRoot(@Nullable ObjectKey key) throws StoreException {
    if (!Files.isDirectory(root) || temporaries.hasVanished()) {
      throw new NoSuchStoreException(
          location,
          key,
          "the folder " + root + " is gone, or is no longer the one that was opened",
          "mount the disk it is on again",
          null);
    }
  }

  private Path path(ObjectKey key) {
    return root.resolve(key.value());
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public String place() {
    return location();
  }

  /** Holds nothing between calls. */
  @Override
  public void close() {}
}
