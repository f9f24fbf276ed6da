package dev.firkin.store.decorator;

import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectPart;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/**
 * Reads one object part by part, each of the same version as the first, so that what has come is
 * not lost where the line drops. For one thread.
 */
final class PartwiseRead {
  private static final int MOST_BEGINNINGS = 8;

  private final String location;
  private final ObjectKey key;
  private final int maxBytes;
  private final Parts parts;

  /** Where the parts come from, each with attempts of its own. */
  interface Parts {
    /** As {@link dev.firkin.store.ObjectStore#getPart}, of as many bytes as the line carries. */
    Optional<ObjectPart> get(long from, Optional<Version> of) throws StoreException;
  }

  PartwiseRead(String location, ObjectKey key, int maxBytes, Parts parts) {
    this.location = location;
    this.key = key;
    this.maxBytes = maxBytes;
    this.parts = parts;
  }

  /** The whole, as {@link dev.firkin.store.ObjectStore#get} gives it. */
  StoredObject read() throws StoreException {
    for (int beginning = 0; beginning < MOST_BEGINNINGS; beginning++) {
      Optional<StoredObject> whole = readOneVersion();
      if (whole.isPresent()) {
        return whole.get();
      }
    }
    throw new StoreUnavailableException(
        location,
        key,
        "object " + key + " in " + location + " is overwritten faster than it can be read",
        null,
        null);
  }

  /** Empty if it was overwritten meanwhile. */
  private Optional<StoredObject> readOneVersion() throws StoreException {
    Optional<ObjectPart> first = parts.get(0, Optional.empty());
    if (first.isEmpty()) {
      return Optional.empty();
    }
    ObjectTooLargeException.check(location, key, first.get().objectBytes(), maxBytes);
    ByteBuffer body = ByteBuffer.allocate((int) first.get().objectBytes());
    Version version = first.get().version();
    add(first.get(), body);
    while (body.hasRemaining()) {
      Optional<ObjectPart> next = parts.get(body.position(), Optional.of(version));
      if (next.isEmpty()) {
        return Optional.empty();
      }
      add(next.get(), body);
    }
    check(first.get().crc32c(), body.flip());
    return Optional.of(new StoredObject(body, version));
  }

  private void add(ObjectPart part, ByteBuffer body) throws StoreException {
    int bytes = part.body().remaining();
    if (bytes > body.remaining()
        || (bytes == 0 && body.hasRemaining())
        || part.objectBytes() != body.capacity()) {
      throw new StoreException(
          location,
          key,
          "%s answers with %d bytes of object %s where %d of %d are left"
              .formatted(location, bytes, key, body.remaining(), body.capacity()),
          "check the endpoint: something in between may change its answers",
          null);
    }
    body.put(part.body());
  }

  private void check(OptionalInt expected, ByteBuffer body) throws StoreException {
    CRC32C crc = new CRC32C();
    crc.update(body.duplicate());
    int arrived = (int) crc.getValue();
    if (expected.isPresent() && expected.getAsInt() != arrived) {
      throw new ObjectDamagedException(location, key, Integer.toHexString(arrived));
    }
  }
}
