package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Pages;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Uploads;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.Checkpoint.Half;
import dev.firkin.repository.model.Checkpoint.Mark;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.SnapshotId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a push goes on from: marks in the stream, and the references to all that lies before the
 * last of them, each known to be stored by the store's own word of now.
 *
 * <p>A checkpoint is taken whole or not at all. Whatever is wrong with it, the push that starts
 * from zero instead sends nothing twice either; it only takes longer.
 *
 * @param checkpoint none where it goes from zero
 */
record Resumption(Optional<Uploads.Found> checkpoint, RunWriter commands, RunWriter data) {
  private static final int TASK_REFS = 128;

  static Resumption fromZero(Pages pages) {
    return new Resumption(Optional.empty(), new RunWriter(pages), new RunWriter(pages));
  }

  /**
   * From the newest checkpoint of an upload, where there is one that can be relied on.
   *
   * @param workers how many lists to ask the store for at once
   */
  static Resumption find(
      Repository repository,
      ChunkPresence presence,
      SnapshotId upload,
      List<String> sendOptions,
      int workers)
      throws FirkinException, InterruptedException {
    Pages pages = repository.pages();
    Optional<Uploads.Found> found = repository.uploads().newest(upload, sendOptions);
    if (found.isEmpty()) {
      return fromZero(pages);
    }
    Checkpoint checkpoint = found.get().checkpoint();
    ExecutorService executor =
        Executors.newFixedThreadPool(
            workers, Thread.ofPlatform().daemon().name("firkin-resumer-", 0).factory());
    try {
      Loader loader = new Loader(pages, presence, executor);
      Optional<RunWriter> commands = loader.load(checkpoint.commands());
      Optional<RunWriter> data = loader.load(checkpoint.data());
      if (commands.isPresent() && data.isPresent()) {
        return new Resumption(found, commands.get(), data.get());
      }
    } catch (DamagedException e) {
      System.getLogger(Resumption.class.getName())
          .log(System.Logger.Level.DEBUG, "passing over the checkpoint of " + upload, e);
    } finally {
      executor.shutdownNow();
    }
    return fromZero(pages);
  }

  List<Mark> marks() {
    return checkpoint.map(found -> found.checkpoint().marks()).orElse(List.of());
  }

  long chunks() {
    return commands.chunks() + data.chunks();
  }

  long bytes() {
    return commands.bytes() + data.bytes();
  }

  StoredPrefix prefix() {
    return new StoredPrefix(marks(), commands.bytes(), data.bytes());
  }

  /** Makes a half of a checkpoint into a writer, if the store has all of it. */
  private record Loader(Pages pages, ChunkPresence presence, ExecutorService executor) {
    Optional<RunWriter> load(Half half) throws FirkinException, InterruptedException {
      RunWriter writer = new RunWriter(pages);
      for (PageId page : half.pages()) {
        List<ChunkRef> refs = pages.read(page);
        if (refs.size() != ChunkRun.PAGE_REFS || !stored(refs)) {
          return Optional.empty();
        }
        writer.adopt(page, refs);
      }
      if (!stored(half.open())) {
        return Optional.empty();
      }
      for (ChunkRef ref : half.open()) {
        writer.add(ref);
      }
      return Optional.of(writer);
    }

    private boolean stored(List<ChunkRef> refs) throws FirkinException, InterruptedException {
      List<Future<Boolean>> parts = new ArrayList<>();
      for (int i = 0; i < refs.size(); i += TASK_REFS) {
        List<ChunkRef> part = refs.subList(i, Math.min(i + TASK_REFS, refs.size()));
        parts.add(executor.submit(() -> allStored(part)));
      }
      boolean all = true;
      for (Future<Boolean> part : parts) {
        try {
          all &= part.get();
        } catch (ExecutionException e) {
          throw Failures.rethrow(e);
        }
      }
      return all;
    }

    private boolean allStored(List<ChunkRef> refs) throws FirkinException {
      for (ChunkRef ref : refs) {
        if (!presence.find(ref.id(), ref.plaintextBytes()).equals(Optional.of(ref))) {
          return false;
        }
      }
      return true;
    }
  }
}
