package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.chunk.Hash256;
import dev.firkin.codec.Codec;
import dev.firkin.codec.CodecException;
import dev.firkin.crypt.ContentHash;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.PageFormat;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The objects below {@code pages/}. Thread-safe. */
public final class Pages {
  private static final int MAX_STORED_BYTES = 1 << 20;
  private static final KeyPrefix FOLDER = KeyPrefix.of("pages/");

  private final ObjectStore store;
  private final ContentHash ids;
  private final Codec codec;
  private final Supplier<Trash.Run> trash;

  /**
   * @param trash where a damaged page goes before it is replaced
   */
  Pages(ObjectStore store, ContentHash ids, Codec codec, Supplier<Trash.Run> trash) {
    this.store = store;
    this.ids = ids;
    this.codec = codec;
    this.trash = trash;
  }

  public static ObjectKey key(PageId id) {
    return ObjectKey.of("pages/" + id);
  }

  /**
   * Stores a page. Idempotent, durable on return. What lies in its place and is not it goes into
   * the trash before.
   *
   * @param refs of chunks that are known to be stored
   */
  public PageId store(List<ChunkRef> refs) throws FirkinException {
    byte[] plaintext = PageFormat.write(refs);
    PageId id = new PageId(ids.of(plaintext));
    ByteBuffer stored = codec.encode(plaintext);
    if (store.put(key(id), stored, PutCondition.ifAbsent()) instanceof PutResult.Refused) {
      replaceIfDamaged(id, stored);
    }
    return id;
  }

  /** What is there already is to be the very same page: a snapshot is about to rely on it. */
  private void replaceIfDamaged(PageId id, ByteBuffer stored) throws FirkinException {
    try {
      var _ = read(id);
    } catch (DamagedException e) {
      trash.get().keepIfPossible(key(id));
      store.put(key(id), stored, PutCondition.always());
    }
  }

  /** What is wrong with a page, missing included; empty where it is sound. */
  public Optional<DamagedException> damage(PageId id) throws FirkinException {
    try {
      var _ = read(id);
      return Optional.empty();
    } catch (DamagedException e) {
      return Optional.of(e);
    }
  }

  /** Every page that the store has. */
  public void list(Consumer<PageId> each) throws StoreException {
    store.list(
        FOLDER,
        info -> {
          try {
            PageId id = new PageId(Hash256.parse(info.key().name()));
            if (info.key().equals(key(id))) {
              each.accept(id);
            }
          } catch (IllegalArgumentException e) {
            // Somebody else's object among ours: no page.
          }
        });
  }

  /**
   * The references of a page, proven by its id.
   *
   * @throws DamagedException if it is missing or not what its id says
   */
  public List<ChunkRef> read(PageId id) throws FirkinException {
    ObjectKey key = key(id);
    try {
      byte[] plaintext =
          codec.decode(store.get(key, MAX_STORED_BYTES).body(), PageFormat.MAX_BYTES);
      if (!ids.of(plaintext).equals(id.hash())) {
        throw new DamagedException(
            key.value(), "page " + id + " is not what its id says", null, null);
      }
      return PageFormat.read(plaintext);
    } catch (ObjectMissingException e) {
      throw new DamagedException(key.value(), "page " + id + " is missing", null, e);
    } catch (CodecException
        | FormatException
        | NoMatchingIdentityException
        | ObjectDamagedException
        | ObjectTooLargeException e) {
      throw new DamagedException(
          key.value(), "page " + id + " is damaged: " + e.getMessage(), null, e);
    }
  }
}
