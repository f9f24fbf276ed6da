package dev.firkin.store;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A part of one object as it was read.
 *
 * @param body read-only, from position 0 to its limit
 * @param objectBytes the length of the whole object
 * @param version that it is of
 * @param crc32c of the whole object as it was put, where the store knows it
 */
public record ObjectPart(ByteBuffer body, long objectBytes, Version version, OptionalInt crc32c) {
  public ObjectPart {
    Objects.requireNonNull(version);
    Objects.requireNonNull(crc32c);
    body = body.asReadOnlyBuffer();
  }

  /** A view of its own on the bytes, so that readers do not move each other's position. */
  @Override
  public ByteBuffer body() {
    return body.duplicate();
  }
}
