package dev.firkin.store;

import org.jspecify.annotations.Nullable;

/** The object is there, in an archive, from which nothing can be read before it was thawed. */
public final class ObjectFrozenException extends StoreException {
  private static final long serialVersionUID = 1L;

  public ObjectFrozenException(
      String location, @Nullable ObjectKey key, @Nullable Throwable cause) {
    super(
        location,
        key,
        (key == null ? "an object" : "object " + key)
            + " in "
            + location
            + " lies in an archive, and cannot be read before it was thawed",
        "'firkin thaw SNAPSHOT' asks for all that a restore needs; that takes hours",
        cause);
  }
}
