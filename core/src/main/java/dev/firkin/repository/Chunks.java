package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.codec.Codec;
import dev.firkin.codec.CodecException;
import dev.firkin.crypt.ContentHash;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/** The objects below {@code chunks/}. Thread-safe. */
public final class Chunks {
  /** Chunks lie in this many folders, by the first byte of their ids. */
  public static final int FOLDERS = 256;

  private static final String HINT = "'firkin verify' tells which snapshots need it";

  private final ObjectStore store;
  private final ContentHash ids;
  private final Codec codec;
  private final IntFunction<Codec> codecs;
  private final int maxPlaintextBytes;
  private final IfAbsentTrial trial;

  /**
   * @param codec for new chunks, and for reading
   * @param codecs the same at each level of zstd
   */
  Chunks(
      ObjectStore store,
      ContentHash ids,
      Codec codec,
      IntFunction<Codec> codecs,
      ChunkerParameters chunker) {
    this.store = store;
    this.ids = ids;
    this.codec = codec;
    this.codecs = codecs;
    this.maxPlaintextBytes = chunker.maxBytes();
    this.trial = new IfAbsentTrial(store);
  }

  public ChunkId id(byte[] plaintext) {
    return new ChunkId(ids.of(plaintext));
  }

  public static ObjectKey key(ChunkId id) {
    String hex = id.toString();
    return ObjectKey.of("chunks/" + hex.substring(0, 2) + "/" + hex);
  }

  /** Which of the {@value #FOLDERS} folders a chunk lies in. */
  public static int folder(ChunkId id) {
    return (int) (id.hash().w0() >>> 56);
  }

  /** What came of {@link #store}. */
  public sealed interface Outcome {
    ChunkRef ref();

    /** It was not there, and is now. */
    record Uploaded(ChunkRef ref) implements Outcome {}

    /** Another writer was first; the bytes were sent for nothing. */
    record AlreadyStored(ChunkRef ref) implements Outcome {}
  }

  /** Compresses, encrypts and stores a chunk, only if it is absent. Durable on return. */
  public Outcome store(ChunkId id, byte[] plaintext) throws FirkinException {
    ByteBuffer stored = codec.encode(plaintext);
    ObjectKey key = key(id);
    return switch (store.put(key, stored, PutCondition.ifAbsent())) {
      case PutResult.Stored done ->
          new Outcome.Uploaded(new ChunkRef(id, plaintext.length, stored.remaining()));
      case PutResult.Refused refused -> {
        ObjectInfo there =
            store
                .find(key)
                .orElseThrow(() ->
                    new StoreException(
                        store.location(),
                        key,
                        "the store says that chunk " + id + " is there and that it is not",
                        "another process may be deleting from the repository; run again",
                        null));
        if (possible(there)) {
          yield new Outcome.AlreadyStored(new ChunkRef(id, plaintext.length, (int) there.bytes()));
        }
        // No chunk, whatever it is: left there, it would be in the way of every later push.
        store.put(key, stored, PutCondition.always());
        yield new Outcome.Uploaded(new ChunkRef(id, plaintext.length, stored.remaining()));
      }
    };
  }

  /**
   * Whether {@link #store} leaves what is there as it is, for all that can be seen: a store may
   * take no notice of conditions without a word. Asks it the first time.
   */
  boolean areStoredOnlyIfAbsent() throws StoreException {
    return trial.passed();
  }

  /**
   * Stores a chunk in the place of whatever is there. Durable on return.
   *
   * @param wantedBytes the length that references to it state: the object gets it if any level of
   *     zstd gives it, since who cannot read data cannot tell another length from damage
   */
  public ChunkRef replace(ChunkId id, byte[] plaintext, OptionalInt wantedBytes)
      throws FirkinException {
    ByteBuffer stored = encode(plaintext, wantedBytes);
    store.put(key(id), stored, PutCondition.always());
    return new ChunkRef(id, plaintext.length, stored.remaining());
  }

  /** How long the object of a chunk is, if it is stored now. */
  public int storedBytesOf(byte[] plaintext) {
    return codec.encode(plaintext).remaining();
  }

  private ByteBuffer encode(byte[] plaintext, OptionalInt wantedBytes) {
    ByteBuffer stored = codec.encode(plaintext);
    if (wantedBytes.isEmpty() || stored.remaining() == wantedBytes.getAsInt()) {
      return stored;
    }
    // One at a time: the high levels take tens of megabytes each.
    synchronized (codecs) {
      for (int level = 1; level <= Codec.HIGHEST_ZSTD_LEVEL; level++) {
        ByteBuffer other = codecs.apply(level).encode(plaintext);
        if (other.remaining() == wantedBytes.getAsInt()) {
          return other;
        }
      }
    }
    return stored;
  }

  /** What came of looking at the content of a chunk, whatever its reference says. */
  public sealed interface Content {
    /** Its id proves it. */
    record Right() implements Content {}

    record Damaged(DamagedException why) implements Content {}

    /**
     * None of our identities opens it. Where the list of recipients never changed, somebody put it
     * there who does not belong to us; else it may be older than we are on the list.
     */
    record NotForUs(NoMatchingIdentityException why) implements Content {}
  }

  /** Reads a chunk. For who reads data. */
  public Content examine(ChunkId id) throws FirkinException {
    try {
      var _ = read(id, maxPlaintextBytes);
      return new Content.Right();
    } catch (DamagedException e) {
      return new Content.Damaged(e);
    } catch (NoMatchingIdentityException e) {
      return new Content.NotForUs(e);
    }
  }

  /**
   * The plaintext of a chunk, proven by its id.
   *
   * @throws DamagedException if it is missing or not what the reference says
   * @throws dev.firkin.crypt.NoMatchingIdentityException if it was not encrypted to us
   */
  public byte[] read(ChunkRef ref) throws FirkinException {
    if (ref.plaintextBytes() > maxPlaintextBytes) {
      // Before room is made for it: in a repository without encryption anybody can write that.
      throw new DamagedException(
          key(ref.id()).value(),
          "chunk " + ref.id() + " is said to have more bytes than any chunk here can have",
          HINT,
          null);
    }
    byte[] plaintext = read(ref.id(), ref.plaintextBytes());
    if (plaintext.length != ref.plaintextBytes()) {
      throw notItsId(ref.id());
    }
    return plaintext;
  }

  private byte[] read(ChunkId id, int maxBytes) throws FirkinException {
    ObjectKey key = key(id);
    try {
      byte[] plaintext = codec.decode(store.get(key, maxStoredBytes()).body(), maxBytes);
      if (!id(plaintext).equals(id)) {
        throw notItsId(id);
      }
      return plaintext;
    } catch (ObjectMissingException e) {
      throw new DamagedException(key.value(), "chunk " + id + " is missing", HINT, e);
    } catch (NoMatchingIdentityException e) {
      if (e.hint().isPresent()) {
        throw e; // there is no identity at all
      }
      throw new NoMatchingIdentityException(
          "chunk " + id + " is not encrypted to the identities given",
          "who became a recipient later cannot read chunks that are older: use an identity from"
              + " before, or the passphrase; 'firkin recipients' lists whose",
          e);
    } catch (CodecException | ObjectDamagedException | ObjectTooLargeException e) {
      throw new DamagedException(
          key.value(), "chunk " + id + " is damaged: " + e.getMessage(), HINT, e);
    }
  }

  private static DamagedException notItsId(ChunkId id) {
    return new DamagedException(
        key(id).value(), "chunk " + id + " is not what its id says", HINT, null);
  }

  /** The length of a chunk's object, if the store has it; what no chunk can be is none. */
  public OptionalInt storedBytes(ChunkId id) throws StoreException {
    Optional<ObjectInfo> there = store.find(key(id)).filter(this::possible);
    return there.isPresent() ? OptionalInt.of((int) there.get().bytes()) : OptionalInt.empty();
  }

  /**
   * Every stored chunk of one folder with the length of its object. What has a length that no chunk
   * can have is none.
   *
   * @throws StoreException if the list is not complete; what was seen until then is true
   */
  public void list(int folder, BiConsumer<ChunkId, Integer> each) throws StoreException {
    store.list(
        KeyPrefix.of("chunks/%02x/".formatted(folder)),
        info -> {
          if (possible(info)) {
            idOf(info.key()).ifPresent(id -> each.accept(id, (int) info.bytes()));
          }
        });
  }

  private boolean possible(ObjectInfo info) {
    return info.bytes() > 0 && info.bytes() <= maxStoredBytes();
  }

  private int maxStoredBytes() {
    return maxPlaintextBytes + maxPlaintextBytes / 128 + (128 << 10);
  }

  private static Optional<ChunkId> idOf(ObjectKey key) {
    try {
      ChunkId id = ChunkId.parse(key.name());
      return key.equals(key(id)) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // somebody else's object among ours
    }
  }
}
