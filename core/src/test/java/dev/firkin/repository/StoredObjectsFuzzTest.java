package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.codec.Codec;
import dev.firkin.crypt.Age;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.CryptException;
import dev.firkin.crypt.RepositoryKeys;
import dev.firkin.crypt.RepositorySecret;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.PageFormat;
import dev.firkin.repository.v1.SecretFormat;
import dev.firkin.store.MemoryStore;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.PutCondition;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes in place of what a store has, under ids that are right where ids do not stop them. */
class StoredObjectsFuzzTest {
  private static final RepositoryKeys KEYS = RepositoryKeys.plain();
  private static final Codec CODEC = Codec.plain(3);
  private static final ChunkerParameters CHUNKER = ChunkerParameters.ofAverage(64 << 10);
  private static final RepositoryId REPOSITORY = new RepositoryId("0".repeat(32));
  private static final AgeIdentity IDENTITY = AgeIdentity.ofScalar(filled(7));

  @MethodSource("plaintexts")
  @FuzzTest
  void pages(byte[] plaintext) throws Exception {
    PageId id = new PageId(KEYS.pageIds().of(plaintext));
    MemoryStore store = new MemoryStore("fuzz");
    Pages pages = new Pages(store, KEYS.pageIds(), CODEC, new Trash(store)::begin);
    store.put(Pages.key(id), CODEC.encode(plaintext), PutCondition.always());
    try {
      assertArrayEquals(plaintext, PageFormat.write(pages.read(id)));
    } catch (DamagedException e) {
      assertEquals(Pages.key(id).value(), e.key());
    }
  }

  /** A page may name any length, and a frame claim it: neither is a reason to make room for it. */
  @MethodSource("chunks")
  @FuzzTest
  void chunks(byte[] input) throws Exception {
    byte[] head = Arrays.copyOf(input, 4);
    int claimed = Math.max(1, ByteBuffer.wrap(head).getInt() & Integer.MAX_VALUE);
    byte[] stored = Arrays.copyOfRange(input, Math.min(4, input.length), input.length);
    if (stored.length == 0) {
      return;
    }
    ChunkId id = new ChunkId(KEYS.chunkIds().of(new byte[1000]));
    MemoryStore store = new MemoryStore("fuzz");
    store.put(Chunks.key(id), ByteBuffer.wrap(stored), PutCondition.always());
    Chunks chunks = new Chunks(store, KEYS.chunkIds(), CODEC, level -> CODEC, CHUNKER);
    try {
      assertArrayEquals(new byte[1000], chunks.read(new ChunkRef(id, claimed, stored.length)));
      assertEquals(1000, claimed);
    } catch (DamagedException e) {
      assertEquals(Chunks.key(id).value(), e.key());
    }
  }

  @MethodSource("secrets")
  @FuzzTest
  void secretSlots(byte[] plaintext) throws Exception {
    secretSlot(Age.encrypt(List.of(IDENTITY.recipient()), ByteBuffer.wrap(plaintext)));
  }

  @MethodSource("secretObjects")
  @FuzzTest
  void secretSlotsAsTheyAre(byte[] stored) throws Exception {
    secretSlot(ByteBuffer.wrap(stored));
  }

  private static void secretSlot(ByteBuffer stored) throws FirkinException {
    MemoryStore store = new MemoryStore("fuzz");
    store.put(
        ObjectKey.of("keys/" + IDENTITY.recipient().tag() + ".secret.age"),
        stored,
        PutCondition.always());
    try {
      Optional<RepositorySecret> secret = new KeySlots(store).secret(REPOSITORY, List.of(IDENTITY));
      assertTrue(secret.isPresent());
    } catch (CryptException | FormatException e) {
      assertTrue(String.valueOf(e.getMessage()).length() < 10_000);
    }
  }

  static Stream<Arguments> plaintexts() {
    return Stream.of(1, 2, 5)
        .map(count ->
            Arguments.of(
                (Object)
                    PageFormat.write(
                        IntStream.range(0, count)
                            .mapToObj(i ->
                                new ChunkRef(
                                    new ChunkId(KEYS.chunkIds().of(new byte[i])), 1 + i, 2 + i))
                            .toList())));
  }

  static Stream<Arguments> chunks() {
    byte[] right = bytes(CODEC.encode(new byte[1000]));
    byte[] huge = right.clone();
    // The frame's header says in its fifth byte how its content size is written, here in 8 bytes.
    byte[] claim = {
      0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, (byte) 0xe4, -1, -1, -1, 0x7f, 0, 0, 0, 0
    };
    return Stream.of(
        Arguments.of((Object) claimed(1000, right)),
        Arguments.of((Object) claimed(1001, right)),
        Arguments.of((Object) claimed(Integer.MAX_VALUE, huge)),
        Arguments.of((Object) claimed(Integer.MAX_VALUE, claim)));
  }

  static Stream<Arguments> secrets() {
    return Stream.of(1, 2)
        .map(i ->
            Arguments.of((Object) SecretFormat.write(REPOSITORY, RepositorySecret.of(filled(i)))));
  }

  static Stream<Arguments> secretObjects() {
    return secrets()
        .map(seed ->
            Arguments.of(
                (Object)
                    bytes(
                        Age.encrypt(
                            List.of(IDENTITY.recipient()),
                            ByteBuffer.wrap((byte[]) seed.get()[0])))));
  }

  private static byte[] claimed(int length, byte[] stored) {
    return ByteBuffer.allocate(4 + stored.length).putInt(length).put(stored).array();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
