package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.codec.Codec;
import dev.firkin.codec.CodecException;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.NewerFormatException;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.Version;
import java.util.Optional;

/** Sealed documents of one kind in the store. Thread-safe. */
final class SealedObjects<T> {
  /** Checks the seal, and reads what is in it. */
  @FunctionalInterface
  interface Reader<T> {
    T read(String key, byte[] sealed) throws FormatException;
  }

  private final ObjectStore store;
  private final Codec codec;
  private final int maxBytes;
  private final Reader<T> reader;

  /**
   * @param maxBytes of one before compression
   */
  SealedObjects(ObjectStore store, Codec codec, int maxBytes, Reader<T> reader) {
    this.store = store;
    this.codec = codec;
    this.maxBytes = maxBytes;
    this.reader = reader;
  }

  /** Stores a document, in place of another under its key. Durable on return. */
  void put(ObjectKey key, byte[] sealed) throws StoreException {
    store.put(key, codec.encode(sealed), PutCondition.always());
  }

  /**
   * Stores a document in place of one version of it. Durable on return.
   *
   * @return whether that was there still
   */
  boolean replace(ObjectKey key, byte[] sealed, Version version) throws StoreException {
    return store.put(key, codec.encode(sealed), PutCondition.ifMatches(version))
        instanceof PutResult.Stored;
  }

  /**
   * One that is authentic; empty where there is none.
   *
   * @throws DamagedException if it is not
   * @throws NewerFormatException if a newer firkin wrote it
   */
  Optional<T> read(ObjectKey key) throws FirkinException {
    try {
      byte[] sealed = codec.decode(store.get(key, maxBytes).body(), maxBytes);
      return Optional.of(reader.read(key.value(), sealed));
    } catch (ObjectMissingException e) {
      return Optional.empty();
    } catch (NewerFormatException e) {
      throw e;
    } catch (CodecException
        | FormatException
        | NoMatchingIdentityException
        | ObjectDamagedException
        | ObjectTooLargeException e) {
      throw new DamagedException(key.value(), key + " cannot be read: " + e.getMessage(), null, e);
    }
  }
}
