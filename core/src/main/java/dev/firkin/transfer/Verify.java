package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.crypt.CryptException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.Uploads;
import dev.firkin.repository.VisitedChunks;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Checks a repository: every manifest authentic, every chain whole, every page what its id says,
 * every chunk there with the right length; and, as asked, a part or all of the chunks read and
 * proven. Goes on past damage. One instance, one run.
 *
 * <p>Memory: one page, the ids of all pages, the chunks being read, and up to 160 bytes a chunk
 * outside the heap.
 */
public final class Verify {
  private final Repository repository;
  private final Snapshots snapshots;
  private final int workers;
  private final double sample;
  private final RestoreProgress progress;
  private final long salt = new SecureRandom().nextLong();
  private final List<Manifest> remembered;
  private final Consumer<Manifest> forgotten;
  private final Damages damages = new Damages();
  private final Set<PageId> pages = new HashSet<>();
  private long storedBytes;
  private long readChunks;
  private long readBytes;

  private record Reading(ChunkRef ref, Manifest manifest, Future<byte[]> plaintext) {}

  /**
   * As the other, for a host that goes on remembering what was forgotten.
   *
   * @param snapshots without a cache: it is the store that is checked
   * @param remembered what this host has seen in the store, read before
   * @param sample which part of the chunks to read: 0 for none, 1 for all
   */
  public Verify(
      Repository repository,
      Snapshots snapshots,
      List<Manifest> remembered,
      int workers,
      double sample,
      RestoreProgress progress) {
    this(repository, snapshots, remembered, manifest -> {}, workers, sample, progress);
  }

  /**
   * @param snapshots without a cache: it is the store that is checked
   * @param remembered what this host has seen in the store, read before
   * @param forgotten is told what of that was dropped by will and is gone: it needs no remembering
   * @param sample which part of the chunks to read: 0 for none, 1 for all
   */
  public Verify(
      Repository repository,
      Snapshots snapshots,
      List<Manifest> remembered,
      Consumer<Manifest> forgotten,
      int workers,
      double sample,
      RestoreProgress progress) {
    if (!(sample >= 0 && sample <= 1)) {
      throw new IllegalArgumentException("a sample is a part from 0 to 1, not " + sample);
    }
    this.repository = repository;
    this.snapshots = snapshots;
    this.remembered = List.copyOf(remembered);
    this.forgotten = forgotten;
    this.workers = workers;
    this.sample = sample;
    this.progress = progress;
  }

  /**
   * @throws FirkinException if the store fails, or an identity for reading data is missing: then it
   *     is not known whether the repository is sound
   */
  public VerifyReport run() throws FirkinException, InterruptedException {
    Catalog catalog = snapshots.load();
    catalog.damaged().forEach(e -> damages.at(Finding.Kind.MANIFEST, e.key(), message(e)));
    GoneFindings.find(repository, catalog, remembered, forgotten, damages);
    repository.damagedKeys().forEach(e -> damages.at(Finding.Kind.KEY, e.key(), message(e)));
    long chunks;
    Optional<Leftovers> leftovers;
    try (ChunkPresence presence = new ChunkPresence(repository.chunks());
        VisitedChunks visited = new VisitedChunks();
        ChunkFetcher fetcher = new ChunkFetcher(repository.chunks(), workers, progress)) {
      for (Manifest manifest : catalog.manifests()) {
        checkRun(manifest, manifest.commands(), presence, visited, fetcher);
        checkRun(manifest, manifest.data(), presence, visited, fetcher);
      }
      chunks = visited.size();
      leftovers = leftovers(presence, visited);
    }
    List<VerifyReport.Broken> broken = Consequences.follow(snapshots, catalog, damages, remembered);
    return new VerifyReport(
        catalog.manifests().size(),
        pages.size(),
        chunks,
        storedBytes,
        readChunks,
        readBytes,
        leftovers,
        damages.findings(),
        broken);
  }

  /** Nice to know: no reason to lose what hours of reading have found. */
  private Optional<Leftovers> leftovers(ChunkPresence presence, VisitedChunks visited)
      throws FirkinException {
    try {
      return Optional.of(countLeftovers(presence, visited));
    } catch (StoreInterruptedException e) {
      throw e;
    } catch (StoreException e) {
      System.getLogger(Verify.class.getName())
          .log(System.Logger.Level.DEBUG, "what no snapshot needs was not counted", e);
      return Optional.empty();
    }
  }

  private Leftovers countLeftovers(ChunkPresence presence, VisitedChunks visited)
      throws FirkinException {
    LongSummaryStatistics chunks = new LongSummaryStatistics();
    presence.forEach((id, storedLength) -> {
      if (!visited.contains(id)) {
        chunks.accept(storedLength);
      }
    });
    AtomicLong unknownPages = new AtomicLong();
    repository
        .pages()
        .list(id -> {
          if (!pages.contains(id)) {
            unknownPages.incrementAndGet();
          }
        });
    Uploads.Unfinished unfinished = repository.uploads().unfinished();
    unfinished
        .damaged()
        .forEach(e ->
            damages.at(
                Finding.Kind.CHECKPOINT, e.key(), message(e) + "; no stored snapshot needs it"));
    return new Leftovers(
        chunks.getCount(), chunks.getSum(), unknownPages.get(), unfinished.checkpoints().size());
  }

  private void checkRun(
      Manifest manifest,
      ChunkRun run,
      ChunkPresence presence,
      VisitedChunks visited,
      ChunkFetcher fetcher)
      throws FirkinException, InterruptedException {
    References references = new References(repository.pages(), run);
    if (run.references() instanceof ChunkRun.References.Paged paged) {
      pages.addAll(paged.pages());
    }
    Queue<Reading> reading = new ArrayDeque<>();
    boolean more = true;
    while (more) {
      try {
        Optional<ChunkRef> ref = references.next();
        more = ref.isPresent();
        if (more) {
          check(manifest, ref.get(), presence, visited, fetcher, reading);
        }
      } catch (DamagedException e) {
        // What it names is unknown; on with the pages behind it.
        damages.at(Finding.Kind.PAGE, e.key(), message(e)).needs(manifest);
      }
      while (reading.size() > (more ? 2 * workers : 0)) {
        finish(reading.remove());
      }
    }
  }

  private void check(
      Manifest manifest,
      ChunkRef ref,
      ChunkPresence presence,
      VisitedChunks visited,
      ChunkFetcher fetcher,
      Queue<Reading> reading)
      throws FirkinException {
    String key = Chunks.key(ref.id()).value();
    boolean first = visited.add(ref.id());
    if (!first && damages.contains(key)) {
      damages.at(key).needs(manifest);
      return;
    }
    Optional<ChunkRef> there = presence.find(ref.id(), ref.plaintextBytes());
    if (there.isEmpty()) {
      damages
          .at(Finding.Kind.CHUNK_MISSING, key, "chunk " + ref.id() + " is missing")
          .needs(manifest);
      return;
    }
    if (first) {
      storedBytes += there.get().storedBytes();
    }
    boolean wrongSize = there.get().storedBytes() != ref.storedBytes();
    // Another writer's object of another length may be as good: only its content can tell, and
    // only who can read data can look.
    if (wrongSize && !repository.readsData()) {
      damages
          .at(
              Finding.Kind.CHUNK_SIZE,
              key,
              "chunk "
                  + ref.id()
                  + " has "
                  + there.get().storedBytes()
                  + " bytes in the store instead of "
                  + ref.storedBytes())
          .needs(manifest);
      return;
    }
    if (wrongSize || (first && sampled(ref.id()))) {
      reading.add(new Reading(ref, manifest, fetcher.fetch(ref)));
    }
  }

  private void finish(Reading reading) throws FirkinException, InterruptedException {
    try {
      reading.plaintext().get();
      readChunks++;
      readBytes += reading.ref().storedBytes();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DamagedException damaged) {
        damages
            .at(Finding.Kind.CHUNK_DAMAGED, damaged.key(), message(damaged))
            .needs(reading.manifest());
      } else if (e.getCause() instanceof CryptException crypt && repository.readsData()) {
        // We are a recipient, and yet this object is not for us: older than we are on the list, or
        // put there by somebody else.
        damages
            .at(
                repository.recipientsChanged()
                    ? Finding.Kind.CHUNK_UNREADABLE
                    : Finding.Kind.CHUNK_DAMAGED,
                Chunks.key(reading.ref().id()).value(),
                "chunk " + reading.ref().id() + ": " + message(crypt))
            .needs(reading.manifest());
      } else {
        throw Failures.rethrow(e);
      }
    }
  }

  /**
   * Ids are hashes: the part of them below a bound is a fair sample, another one with each salt.
   */
  private boolean sampled(ChunkId id) {
    if (sample >= 1) {
      return true;
    }
    double at = ((id.hash().w3() ^ salt) >>> 11) * 0x1.0p-53;
    return at < sample;
  }

  private static String message(FirkinException e) {
    return String.valueOf(e.getMessage());
  }
}
