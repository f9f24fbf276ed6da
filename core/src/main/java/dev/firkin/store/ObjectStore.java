package dev.firkin.store;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A place that keeps whole objects under keys.
 *
 * <p><b>Threads</b>: every method may be called from many threads at once, and blocks. An
 * interrupted caller gets a {@link StoreInterruptedException} as soon as the backend can stop, with
 * the interrupt flag set; whether its call took effect is then unknown.
 *
 * <p><b>Failures</b>: a method that throws may still have taken effect, unless the exception says
 * otherwise; what may exist afterwards is stated per method. {@link StoreException#retryable()}
 * tells whether the same call may succeed later. No method retries by itself: {@code RetryingStore}
 * does.
 *
 * <p><b>Keys</b>: no key may be a folder of another ({@code a} and {@code a/b}): a directory cannot
 * hold both.
 */
public interface ObjectStore extends AutoCloseable {

  /**
   * Writes one whole object. Atomic: readers see the old object or all of the new one, never a
   * part. Durable: when this returns {@link PutResult.Stored}, the object outlives a crash of this
   * host and, as far as the store promises it, of the store. So an object put after another one
   * returned is never there without it.
   *
   * <p>With {@link PutCondition.Always} it is idempotent. After a failure the old object or the new
   * one is there, whole; with a conditional put, a repetition may therefore be refused because of
   * the caller's own earlier attempt. Invisible leftovers (temporary files) are cleaned up by the
   * store itself.
   *
   * @param body from position to limit; neither the buffer's bytes nor its position and limit are
   *     changed, and it is not used after the return. It must not be changed meanwhile
   * @return {@link PutResult.Refused} if the condition did not hold: then nothing was written
   */
  PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition) throws StoreException;

  /**
   * Reads one whole object, into memory.
   *
   * @param maxBytes the largest object the caller is ready to hold; a larger one is not read
   * @throws ObjectTooLargeException if it is larger than that
   * @throws ObjectDamagedException if what arrived is not what was put
   * @throws ObjectMissingException if there is no such object
   */
  StoredObject get(ObjectKey key, int maxBytes) throws StoreException;

  /**
   * Reads a part of one object, for lines on which the whole does not come through. Only all parts
   * of one version together can be checked against what was put: that is left to the caller.
   *
   * @param from where the part begins: 0, or less than the object's length
   * @param bytes of the part, one at least; less come where the object ends before
   * @param of the version that it has to be of; empty for whichever is there
   * @return empty if what is there is of another version
   * @throws ObjectMissingException if there is no such object
   */
  Optional<ObjectPart> getPart(ObjectKey key, long from, int bytes, Optional<Version> of)
      throws StoreException;

  /**
   * What is known of one object without reading it; empty if the store says there is none. A store
   * that cannot tell throws: a failure is never "absent".
   */
  Optional<ObjectInfo> head(ObjectKey key) throws StoreException;

  /**
   * As {@link #head}, for who may list objects, but maybe not read them: a store that has two
   * rights for these goes by a list where it has to.
   */
  default Optional<ObjectInfo> find(ObjectKey key) throws StoreException {
    return head(key);
  }

  /**
   * Hands every object under {@code prefix} to {@code each}, in ascending order of the keys, once.
   * Complete or failed: when this returns, everything that was there before the call and not
   * deleted meanwhile was handed over, and when it cannot promise that, it throws. Then {@code
   * each} may have seen a part, which proves the presence of what it saw and the absence of
   * nothing. Objects put or deleted meanwhile may or may not be seen. Foreign things whose names
   * are no {@link ObjectKey} are left out.
   *
   * <p>{@code each} runs on the calling thread and may use the store; what it throws ends the
   * listing and reaches the caller.
   */
  void list(KeyPrefix prefix, Consumer<ObjectInfo> each) throws StoreException;

  /**
   * Deletes objects. Idempotent: what is not there is not an error. After a failure any of them may
   * be gone.
   */
  void delete(Collection<ObjectKey> keys) throws StoreException;

  /**
   * As {@link #delete}, and nothing repeats it: for who has to ask before each attempt whether it
   * still may.
   */
  default void deleteOnce(Collection<ObjectKey> keys) throws StoreException {
    delete(keys);
  }

  /**
   * How many objects one request of {@link #delete} takes. With 1 they go one after the other, each
   * at its own moment: who may lose the right to delete has to ask now and then.
   */
  default int deletesAtOnce() {
    return 1;
  }

  /**
   * Whether conditions of puts are decided at the moment of writing, as the store promises. One
   * that turns out not to know them may be asked before it is written to: then this becomes false.
   */
  default boolean decidesConditions() {
    return true;
  }

  /** What locks objects here; empty where the store knows nothing of the kind. */
  default Optional<ObjectLocks> locks() {
    return Optional.empty();
  }

  /** What fetches objects out of archives; empty where the store has none. */
  default Optional<ArchivedObjects> archive() {
    return Optional.empty();
  }

  /**
   * Where this is, for messages: {@code s3://bucket/prefix}, {@code file:///path}; never with
   * credentials.
   */
  String location();

  /**
   * What tells this store from every other one, for comparing: the location and, where that is a
   * name that several servers may use, the server.
   */
  String place();

  /** Releases what the store holds, its threads included. Idempotent. No call may follow it. */
  @Override
  void close();
}
