package dev.firkin.bench;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.Version;
import dev.firkin.store.decorator.ForwardingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file store that is filled without its syncs; for new objects. */
final class UnsyncedFolder extends ForwardingStore {
  private final Path folder;

  UnsyncedFolder(ObjectStore store, Path folder) {
    super(store);
    this.folder = folder;
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
      throws StoreException {
    Path file = folder.resolve(key.value());
    try {
      if (!Files.isDirectory(file.resolveSibling("."))) {
        Files.createDirectories(file.resolveSibling(".").normalize());
      }
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = body.duplicate();
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      return PutResult.stored(new Version("unknown"));
    } catch (FileAlreadyExistsException e) {
      return PutResult.refused();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
