package dev.firkin.store;

import java.time.Instant;
import java.util.Objects;

/**
 * What a store knows of an object without reading it.
 *
 * @param bytes its stored length
 * @param modified when it was last written, by the store's clock
 * @param version as {@link ObjectStore#put} returned it
 */
public record ObjectInfo(ObjectKey key, long bytes, Instant modified, Version version) {
  public ObjectInfo {
    Objects.requireNonNull(key);
    Objects.requireNonNull(modified);
    Objects.requireNonNull(version);
    if (bytes < 0) {
      throw new IllegalArgumentException("negative length of " + key + ": " + bytes);
    }
  }
}
