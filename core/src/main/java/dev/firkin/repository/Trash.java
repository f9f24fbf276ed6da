package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectMissingException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectTooLargeException;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoredObject;
import dev.firkin.store.Version;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The objects below {@code trash/}: what was taken away, byte for byte. Thread-safe. Source: {@code
 * docs/format.md}, section 15.
 */
public final class Trash {
  private static final KeyPrefix FOLDER = KeyPrefix.of("trash/");
  private static final int MAX_BYTES = 64 << 20;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final ObjectStore store;

  Trash(ObjectStore store) {
    this.store = store;
  }

  /**
   * Something in the trash.
   *
   * @param at where it lies
   * @param original where it lay
   */
  public record Thrown(ObjectKey at, ObjectKey original) {
    /** The name of the run that did it. */
    public String run() {
      int end = at.value().length() - original.value().length() - 1;
      return at.value().substring(FOLDER.value().length(), end);
    }
  }

  /** Everything in it, oldest run first. */
  public void list(Consumer<Thrown> each) throws StoreException {
    store.list(FOLDER, info -> thrown(info).ifPresent(each));
  }

  /**
   * Everything in it, by whether it has lain there for long.
   *
   * @param until by the store's clock; what was put there before it is old
   */
  public void list(Instant until, Consumer<Thrown> old, Consumer<Thrown> young)
      throws StoreException {
    store.list(
        FOLDER,
        info ->
            thrown(info)
                .ifPresent(
                    thrown -> (info.modified().isBefore(until) ? old : young).accept(thrown)));
  }

  private static Optional<Thrown> thrown(ObjectInfo info) {
    String inRun = info.key().value().substring(FOLDER.value().length());
    int slash = inRun.indexOf('/');
    return slash < 0
        ? Optional.empty() // somebody else's object among ours
        : ObjectKey.parse(inRun.substring(slash + 1)).map(key -> new Thrown(info.key(), key));
  }

  /**
   * The bytes of something in it.
   *
   * @throws ObjectMissingException if somebody emptied it meanwhile
   */
  public StoredObject read(Thrown thrown) throws StoreException {
    return store.get(thrown.at(), MAX_BYTES);
  }

  /** Takes something out of it for good; its content is in another place again. */
  public void forget(Thrown thrown) throws StoreException {
    store.delete(List.of(thrown.at()));
  }

  /** A folder of its own for what one run throws away. */
  public Run begin() {
    return begin(() -> {});
  }

  /** Says no by throwing. */
  @FunctionalInterface
  public interface Guard {
    void check() throws FirkinException, InterruptedException;
  }

  /**
   * As the other.
   *
   * @param beforeDeletion asked right before each
   */
  public Run begin(Guard beforeDeletion) {
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    return new Run(
        NAME.format(Instant.now()) + "-" + HexFormat.of().formatHex(random), beforeDeletion);
  }

  /** What one run throws away. */
  public final class Run {
    /** The questions between them wait for a store that is away; this is for one that answers. */
    private static final int DELETIONS = 10;

    private final String name;
    private final String folder;

    private final Guard beforeDeletion;

    private Run(String name, Guard beforeDeletion) {
      this.name = name;
      this.folder = FOLDER.value() + name + "/";
      this.beforeDeletion = beforeDeletion;
    }

    /** Nobody else's. */
    public String name() {
      return name;
    }

    /** Where it all goes, for people. */
    public String folder() {
      return folder;
    }

    /**
     * Copies an object into the trash, and reads the copy back: from now on the object may be
     * replaced.
     *
     * @return where the copy lies; empty where there is no such object
     */
    public Optional<Thrown> keep(ObjectKey key) throws StoreException {
      return copy(key).map(kept -> kept.thrown);
    }

    /**
     * As {@link #keep}, of what is about to be replaced by the right thing. What the store does not
     * give as it was put cannot be kept; nor what is larger than any object of ours.
     */
    public void keepIfPossible(ObjectKey key) throws StoreException {
      Optional<StoredObject> original;
      try {
        original = original(key);
      } catch (ObjectDamagedException | ObjectTooLargeException e) {
        System.getLogger(Trash.class.getName())
            .log(System.Logger.Level.DEBUG, key + " cannot be kept", e);
        return;
      }
      if (original.isPresent()) {
        var _ = copy(key, original.get());
      }
    }

    /**
     * Moves an object into the trash. The copy is stored and was read back before the object is
     * deleted.
     *
     * @return where it lies now; empty where the object is not there, or where somebody put another
     *     in its place meanwhile: then it stays
     */
    public Optional<Thrown> move(ObjectKey key) throws FirkinException, InterruptedException {
      Optional<Kept> kept = copy(key);
      if (kept.isEmpty()) {
        return Optional.empty();
      }
      return delete(key, kept.get().original.version())
          ? Optional.of(kept.get().thrown)
          : Optional.empty();
    }

    /**
     * Before each attempt it is asked whether it still may be: a line that was away for hours may
     * have cost us the lease, and somebody may have put the right object there.
     *
     * @return whether it is gone by us
     */
    private boolean delete(ObjectKey key, Version version)
        throws FirkinException, InterruptedException {
      for (int attempt = 1; ; attempt++) {
        Optional<ObjectInfo> now = store.head(key);
        if (now.isEmpty()) {
          return attempt > 1; // an attempt whose answer was lost
        }
        if (!now.get().version().equals(version)) {
          return false;
        }
        beforeDeletion.check();
        try {
          store.deleteOnce(List.of(key));
          return true;
        } catch (StoreUnavailableException e) {
          if (attempt == DELETIONS) {
            throw e;
          }
        }
      }
    }

    private record Kept(Thrown thrown, StoredObject original) {}

    private Optional<Kept> copy(ObjectKey key) throws StoreException {
      Optional<StoredObject> original = original(key);
      return original.isPresent() ? Optional.of(copy(key, original.get())) : Optional.empty();
    }

    private Optional<StoredObject> original(ObjectKey key) throws StoreException {
      try {
        return Optional.of(store.get(key, MAX_BYTES));
      } catch (ObjectMissingException e) {
        return Optional.empty();
      }
    }

    private Kept copy(ObjectKey key, StoredObject original) throws StoreException {
      ObjectKey at = ObjectKey.of(folder + key);
      store.put(at, original.body(), PutCondition.always());
      if (!store.get(at, MAX_BYTES).body().equals(original.body())) {
        throw new StoreException(
            store.location(),
            at,
            "the store gave back something else than was put to " + at + "; " + key + " stays",
            "the store, or somebody with access to it, is not to be trusted",
            null);
      }
      return new Kept(new Thrown(at, key), original);
    }
  }
}
