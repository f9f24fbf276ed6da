package dev.firkin.store.decorator;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * An object of this size would be too long under way on a line that drops, or may; who puts it has
 * said that it could be sent in smaller ones. An attempt may have taken effect.
 */
public final class LineTooShortException extends StoreException {
  private static final long serialVersionUID = 1L;

  LineTooShortException(String location, ObjectKey key, int bytes, @Nullable StoreException cause) {
    super(
        location,
        key,
        "the line to %s is too slow for the %d bytes of object %s at once"
            .formatted(location, bytes, key),
        null,
        cause);
  }
}
