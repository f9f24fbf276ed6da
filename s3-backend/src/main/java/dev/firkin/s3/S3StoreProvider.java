package dev.firkin.s3;

import dev.firkin.FirkinException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreProvider;
import dev.firkin.store.StoreUrl;

/**
 * Opens {@code s3://bucket} and {@code s3://bucket/prefix}. The bucket has to be there; whether it
 * is shows with the first call, so that a store can be opened while the network is down.
 */
public final class S3StoreProvider implements StoreProvider {
  @Override
  public String scheme() {
    return "s3";
  }

  @Override
  public ObjectStore open(StoreUrl url, StoreOptions options) throws FirkinException {
    S3Settings settings = S3Settings.of(url, options, System.getenv());
    NativeRuntime runtime = NativeRuntime.hold(settings.location());
    boolean opened = false;
    try {
      ObjectStore store = new S3Store(settings, S3Clients.open(settings), runtime);
      opened = true;
      return store;
    } finally {
      if (!opened) {
        runtime.close();
      }
    }
  }
}
