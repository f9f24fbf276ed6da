package dev.firkin.store;

import dev.firkin.FirkinException;

/**
 * A kind of store, found through {@link java.util.ServiceLoader} by the scheme of its URLs. Has a
 * public constructor without parameters, which does nothing.
 */
public interface StoreProvider {

  /** In lower case, without colon: {@code s3}. */
  String scheme();

  /**
   * Opens a store that is there.
   *
   * @throws StoreUrlException if URL or options make no sense
   * @throws NoSuchStoreException if it is noticed here that it is not there; a backend may leave
   *     that to the first call
   */
  ObjectStore open(StoreUrl url, StoreOptions options) throws FirkinException;

  /**
   * Opens a store, and makes it first where making one is a small thing (a folder). Never a bucket:
   * that has owners, costs and settings.
   */
  default ObjectStore create(StoreUrl url, StoreOptions options) throws FirkinException {
    return open(url, options);
  }
}
