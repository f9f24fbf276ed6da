package dev.firkin.store;

import dev.firkin.FirkinException;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Opens stores by their URLs. */
public final class ObjectStores {
  private ObjectStores() {}

  /**
   * Opens the store at {@code url}, as it is: without retries or other decorators. Who opens it
   * closes it.
   *
   * @throws StoreUrlException if no backend knows the scheme, or the backend can make nothing of
   *     the URL or an option
   * @throws NoSuchStoreException if it is not there, as far as that is noticed now
   */
  public static ObjectStore open(StoreUrl url, StoreOptions options) throws FirkinException {
    return provider(url).open(url, options);
  }

  /** As {@link #open}, but a folder that is missing is made first (its parent must be there). */
  public static ObjectStore create(StoreUrl url, StoreOptions options) throws FirkinException {
    return provider(url).create(url, options);
  }

  private static StoreProvider provider(StoreUrl url) throws StoreUrlException {
    TreeMap<String, StoreProvider> known = new TreeMap<>();
    for (StoreProvider provider :
        ServiceLoader.load(StoreProvider.class, ObjectStores.class.getClassLoader())) {
      known.put(provider.scheme(), provider);
    }
    StoreProvider provider = known.get(url.scheme());
    if (provider == null) {
      throw new StoreUrlException(
          "no kind of store is called '" + url.scheme() + "'",
          "known are: " + String.join(", ", known.keySet()));
    }
    return provider;
  }
}
