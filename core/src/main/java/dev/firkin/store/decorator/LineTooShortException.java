package dev.firkin.store.decorator;

import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The line drops before an object of this size is through, again and again; who puts it has said
 * that it could be sent in smaller ones. An attempt may have taken effect.
 */
public final class LineTooShortException extends StoreException {
  private static final long serialVersionUID = 1L;

  LineTooShortException(String location, ObjectKey key, int bytes, @Nullable StoreException cause) {
    super(
        location,
        key,
        "the line to %s drops before the %d bytes of object %s are through"
            .formatted(location, bytes, key),
        null,
        cause);
  }
}
