package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Pieces;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.ExpectedChunks;
import dev.firkin.repository.Pages;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Trash;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.store.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a push does that is to mend a stored snapshot: it believes no chunk that has another length
 * than the snapshot's references state, nor, where it can read data, any chunk that it has not
 * read; and it puts right what it finds wrong. What it replaces lies in the trash before.
 *
 * <p>Chunks are stored again with the length that the references state, so that pages get the ids
 * that they had, and the manifest can stay. One instance, one push; chunks by many threads.
 */
final class Mending implements AutoCloseable {
  private final Repository repository;
  private final Snapshots snapshots;
  private final Chunks chunks;
  private final ChunkPresence presence;
  private final PushProgress progress;
  private final Trash.Run trash;
  private final ExpectedChunks expected = new ExpectedChunks();
  private final AtomicLong mended = new AtomicLong();

  /** By us, in this run: what is there now is right, whatever its length. */
  private final Set<ChunkId> replaced = ConcurrentHashMap.newKeySet();

  private long lostPages;

  Mending(
      Repository repository, Snapshots snapshots, ChunkPresence presence, PushProgress progress) {
    this.repository = repository;
    this.snapshots = snapshots;
    this.chunks = repository.chunks();
    this.presence = presence;
    this.progress = progress;
    this.trash = repository.trash().begin();
  }

  /** Notes what a stored manifest names, as far as its pages can be read. */
  void expect(Manifest manifest) throws FirkinException {
    for (ChunkRun run : List.of(manifest.commands(), manifest.data())) {
      References references = new References(repository.pages(), run);
      boolean more = true;
      while (more) {
        try {
          Optional<ChunkRef> ref = references.next();
          more = ref.isPresent();
          ref.ifPresent(expected::add);
        } catch (DamagedException e) {
          lostPages++;
          System.getLogger(Mending.class.getName())
              .log(System.Logger.Level.DEBUG, "a page is lost, and written again", e);
        }
      }
    }
  }

  /** Pages that are written through us: a damaged one lies in the same trash before. */
  Pages pages() {
    return repository.pages(trash);
  }

  /** Objects that were damaged or missing, and are right now. */
  long mended() {
    return mended.get();
  }

  Optional<ChunkRef> ensureStored(ChunkId id, byte[] plaintext) throws FirkinException {
    OptionalInt wanted = expected.storedBytes(id);
    if (wanted.isEmpty() && isExpectedInPieces(plaintext)) {
      return Optional.empty();
    }
    Optional<ChunkRef> there = presence.find(id, plaintext.length);
    if (wanted.isEmpty() && there.isPresent() && lostPages > 0 && !repository.readsData()) {
      // Nobody knows what length the page stated: so it must be the one that we would give it.
      wanted = OptionalInt.of(chunks.storedBytesOf(plaintext));
    }
    if (there.isPresent()) {
      if (replaced.contains(id) || isRight(there.get(), wanted)) {
        progress.skipped(plaintext.length);
        return there;
      }
      trash.keepIfPossible(Chunks.key(id));
    }
    ChunkRef ref = chunks.replace(id, plaintext, wanted);
    presence.add(ref);
    replaced.add(id);
    progress.added(plaintext.length, ref.storedBytes());
    if (there.isPresent() || wanted.isPresent()) {
      mended.incrementAndGet();
    }
    return Optional.of(ref);
  }

  private boolean isExpectedInPieces(byte[] plaintext) {
    return Pieces.areSmallerThan(plaintext.length)
        && expected.storedBytes(chunks.id(Pieces.firstOf(plaintext))).isPresent();
  }

  /**
   * Whether to leave a chunk as it is. The same chunk may come several times, and is read again.
   */
  private boolean isRight(ChunkRef there, OptionalInt wanted) throws FirkinException {
    boolean rightLength = wanted.isEmpty() || wanted.getAsInt() == there.storedBytes();
    if (!repository.readsData()) {
      return rightLength;
    }
    return switch (chunks.examine(there.id())) {
      case Chunks.Content.Right right -> true;
      case Chunks.Content.Damaged damaged -> false;
      case Chunks.Content.NotForUs other -> repository.recipientsChanged() && rightLength;
    };
  }

  /** How a stored snapshot is after the push. */
  record Mended(Manifest manifest, boolean whole) {}

  /**
   * Writes the manifest, unless the one that is there is right.
   *
   * @param ours names what is known to be stored
   * @param unchanged whether the source may be believed where it is another stream than the stored
   */
  Mended commit(Manifest ours, boolean unchanged) throws FirkinException {
    Optional<Manifest> there = sound(ours.id());
    Wholeness wholeness = new Wholeness(repository, presence);
    if (there.isPresent()) {
      ManifestCommit.refuseAnotherContent(ours.name(), ours, there.get());
      if (!there.get().name().equals(ours.name())) {
        // Its references were not looked at before, and so were not held to their lengths.
        throw new PushException(
            "this is stored as "
                + there.get().name()
                + ", not as "
                + ours.name()
                + "; that was"
                + " left as it is",
            "mend it under the name that it has",
            null);
      }
      if (wholeness.isWhole(there.get())) {
        mended.addAndGet(lostPages); // written again on the way
        return new Mended(there.get(), true);
      }
      if (!unchanged && !there.get().stream().equals(ours.stream())) {
        return new Mended(there.get(), false); // other content, under the uuid that deltas go by
      }
      // The kernel sends it in other bytes today, or a page was lost and cannot be made again.
      trash.keepIfPossible(Snapshots.key(ours.id()));
      mended.incrementAndGet();
      Manifest written = snapshots.replace(ours);
      return new Mended(written, wholeness.isWhole(written));
    }
    if (!unchanged) {
      return new Mended(ours, false); // what the lost one named is not known, and ours is another
    }
    ObjectKey key = Snapshots.key(ours.id());
    Manifest written;
    if (repository.store().head(key).isPresent()) {
      trash.keepIfPossible(key);
      mended.incrementAndGet();
      written = snapshots.replace(ours);
    } else {
      written = snapshots.commit(ours).manifest();
    }
    return new Mended(written, wholeness.isWhole(written));
  }

  private Optional<Manifest> sound(SnapshotId id) throws FirkinException {
    try {
      return Optional.of(snapshots.read(id));
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    expected.close();
  }
}
