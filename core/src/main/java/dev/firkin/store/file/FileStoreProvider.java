package dev.firkin.store.file;

import dev.firkin.FirkinException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreProvider;
import dev.firkin.store.StoreUrl;
import dev.firkin.store.StoreUrlException;
import java.nio.file.Path;

/** Opens {@code file:///path}. Has no options, and refuses those that would be a false promise. */
public final class FileStoreProvider implements StoreProvider {

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public ObjectStore open(StoreUrl url, StoreOptions options) throws FirkinException {
    refuseLock(url, options);
    return FileStore.open(Path.of(url.path()));
  }

  @Override
  public ObjectStore create(StoreUrl url, StoreOptions options) throws FirkinException {
    refuseLock(url, options);
    return FileStore.create(Path.of(url.path()));
  }

  private static void refuseLock(StoreUrl url, StoreOptions options) throws StoreUrlException {
    if (options.objectLock().isPresent()) {
      throw new StoreUrlException(
          url + " is a folder, which cannot keep files from being deleted",
          "leave --object-lock out, or use a bucket with Object Lock");
    }
  }
}
