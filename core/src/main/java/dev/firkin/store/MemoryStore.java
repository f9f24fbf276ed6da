package dev.firkin.store;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store in this process's memory, for tests and demonstrations, with the real semantics of
 * conditions and atomicity. Its objects live as long as it does; {@link #close} keeps them.
 */
public final class MemoryStore implements ObjectStore {
  private record Entry(ByteBuffer body, ObjectInfo info) {}

  private final String location;
  private final InstantSource clock;
  private final ConcurrentSkipListMap<ObjectKey, Entry> entries = new ConcurrentSkipListMap<>();
  private final AtomicLong versions = new AtomicLong();

  /**
   * @param name tells it apart from others in messages: {@code memory://name}
   */
  public MemoryStore(String name) {
    this(name, InstantSource.system());
  }

  /**
   * @param clock gives {@link ObjectInfo#modified()}
   */
  public MemoryStore(String name, InstantSource clock) {
    this.location = "memory://" + name;
    this.clock = clock;
  }

  @Override
  public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition) {
    ByteBuffer copy = ByteBuffer.allocate(body.remaining()).put(body.duplicate()).flip();
    Version version = new Version("v" + versions.incrementAndGet());
    Entry entry =
        new Entry(
            copy.asReadOnlyBuffer(),
            new ObjectInfo(key, copy.remaining(), clock.instant(), version));
    Entry now = entries.compute(key, (k, old) -> holds(condition, old) ? entry : old);
    return now != null && now.info().version().equals(version)
        ? PutResult.stored(version)
        : PutResult.refused();
  }

  private static boolean holds(PutCondition condition, @Nullable Entry old) {
    return switch (condition) {
      case PutCondition.Always() -> true;
      case PutCondition.IfAbsent() -> old == null;
      case PutCondition.IfMatches(Version version) ->
          old != null && old.info().version().equals(version);
    };
  }

  @Override
  public StoredObject get(ObjectKey key, int maxBytes) throws StoreException {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new ObjectMissingException(location, key);
    }
    ObjectTooLargeException.check(location, key, entry.info().bytes(), maxBytes);
    return new StoredObject(entry.body().duplicate(), entry.info().version());
  }

  @Override
  public Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new ObjectMissingException(location, key);
    }
    if (of.isPresent() && !of.get().equals(entry.info().version())) {
      return Optional.empty();
    }
    int length = (int) Math.min(bytes, entry.info().bytes() - from);
    return Optional.of(
        new ObjectPart(
            entry.body().slice((int) from, length),
            entry.info().bytes(),
            entry.info().version(),
            OptionalInt.empty()));
  }

  @Override
  public Optional<ObjectInfo> head(ObjectKey key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::info);
  }

  @Override
  public void list(KeyPrefix prefix, Consumer<ObjectInfo> each) {
    String folder = prefix.value();
    // All that begins like the folder stands together, and not before what is called like it.
    Collection<Entry> from =
        folder.isEmpty()
            ? entries.values()
            : entries.tailMap(ObjectKey.of(folder.substring(0, folder.length() - 1))).values();
    for (Entry entry : from) {
      if (prefix.contains(entry.info().key())) {
        each.accept(entry.info());
      } else if (entry.info().key().value().compareTo(folder) > 0) {
        return;
      }
    }
  }

  @Override
  public void delete(Collection<ObjectKey> keys) {
    keys.forEach(entries::remove);
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public String place() {
    return location();
  }

  @Override
  public void close() {}
}
