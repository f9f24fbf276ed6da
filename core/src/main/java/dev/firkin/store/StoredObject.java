package dev.firkin.store;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * One object as it was read: all of its bytes, and the version they are of.
 *
 * @param body read-only, from position 0 to its limit; not shared with anyone else's reading
 */
public record StoredObject(ByteBuffer body, Version version) {
  public StoredObject {
    Objects.requireNonNull(version);
    body = body.asReadOnlyBuffer();
  }

  /** A view of its own on the bytes, so that readers do not move each other's position. */
  @Override
  public ByteBuffer body() {
    return body.duplicate();
  }
}
