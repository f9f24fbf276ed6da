package dev.firkin.store.file;

import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreProvider;
import dev.firkin.store.StoreUrl;
import java.nio.file.Path;

/** Opens {@code file:///path}. Has no options. */
public final class FileStoreProvider implements StoreProvider {

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public ObjectStore open(StoreUrl url, StoreOptions options) throws StoreException {
    return FileStore.open(Path.of(url.path()));
  }

  @Override
  public ObjectStore create(StoreUrl url, StoreOptions options) throws StoreException {
    return FileStore.create(Path.of(url.path()));
  }
}
