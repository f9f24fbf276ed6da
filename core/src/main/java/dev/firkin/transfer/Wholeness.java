package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether everything that a manifest names is there, as far as a list of the store tells. */
final class Wholeness {
  private static final int MOST_COUNTED = 10_000;

  private final Repository repository;
  private final ChunkPresence presence;

  /** Chunks that were read, and are right: snapshots share chunks. */
  private final Set<ChunkId> proven = new HashSet<>();

  Wholeness(Repository repository, ChunkPresence presence) {
    this.repository = repository;
    this.presence = presence;
  }

  /** Whether every page can be read, and every chunk is there with the length of its reference. */
  boolean isWhole(Manifest manifest) throws FirkinException {
    for (ChunkRun run : List.of(manifest.commands(), manifest.data())) {
      References references = new References(repository.pages(), run);
      try {
        for (Optional<ChunkRef> ref = references.next(); ref.isPresent(); ref = references.next()) {
          if (!presence.find(ref.get().id(), ref.get().plaintextBytes()).equals(ref)) {
            return false;
          }
        }
      } catch (DamagedException e) {
        return false;
      }
    }
    return true;
  }

  /** What came of {@link #examine}. */
  sealed interface Examined {
    /**
     * It can be restored.
     *
     * @param otherLengths whether chunks have other lengths than the references state; they were
     *     read, and are right
     */
    record Whole(boolean otherLengths) implements Examined {}

    /** It cannot, or nobody here can tell. */
    record Lacking(String what) implements Examined {}
  }

  private enum Fault {
    PAGE("pages that cannot be read"),
    MISSING("chunks that are missing"),
    DAMAGED("chunks that are damaged"),
    NOT_FOR_US("chunks of another length than stated that the identities given do not open"),
    UNREAD(
        "chunks of another length than stated, which only who reads them can judge (give"
            + " --identity-file)");

    private final String text;

    Fault(String text) {
      this.text = text;
    }
  }

  /**
   * As {@link #isWhole}; but where chunks can be read they are, and one of another length is
   * believed if it is right.
   */
  Examined examine(Manifest manifest) throws FirkinException {
    Map<Fault, Set<String>> faults = new EnumMap<>(Fault.class);
    boolean otherLengths = false;
    for (ChunkRun run : List.of(manifest.commands(), manifest.data())) {
      References references = new References(repository.pages(), run);
      boolean more = true;
      while (more) {
        try {
          Optional<ChunkRef> ref = references.next();
          more = ref.isPresent();
          if (more) {
            boolean asStated =
                presence.find(ref.get().id(), ref.get().plaintextBytes()).equals(ref);
            Optional<Fault> fault = fault(ref.get(), asStated);
            otherLengths |= !asStated && fault.isEmpty();
            fault.ifPresent(f -> note(faults, f, Chunks.key(ref.get().id()).value()));
          }
        } catch (DamagedException e) {
          note(faults, Fault.PAGE, e.key());
        }
      }
    }
    return faults.isEmpty()
        ? new Examined.Whole(otherLengths)
        : new Examined.Lacking(
            faults.entrySet().stream()
                .map(e -> describe(e.getKey(), e.getValue()))
                .collect(Collectors.joining("; ")));
  }

  /**
   * What is wrong with a chunk, by its content where that can be read.
   *
   * @param asStated whether it is there with the length of its reference
   */
  private Optional<Fault> fault(ChunkRef ref, boolean asStated) throws FirkinException {
    if (proven.contains(ref.id()) || (asStated && !repository.readsData())) {
      return Optional.empty();
    }
    if (presence.find(ref.id(), ref.plaintextBytes()).isEmpty()) {
      return Optional.of(Fault.MISSING);
    }
    if (!repository.readsData()) {
      return Optional.of(Fault.UNREAD);
    }
    return switch (repository.chunks().examine(ref.id())) {
      case Chunks.Content.Right right -> {
        proven.add(ref.id());
        yield Optional.empty();
      }
      case Chunks.Content.Damaged damaged -> Optional.of(Fault.DAMAGED);
      case Chunks.Content.NotForUs other ->
          asStated ? Optional.empty() : Optional.of(Fault.NOT_FOR_US);
    };
  }

  private static void note(Map<Fault, Set<String>> faults, Fault fault, String key) {
    Set<String> keys = faults.computeIfAbsent(fault, f -> new LinkedHashSet<>());
    if (keys.size() < MOST_COUNTED) {
      keys.add(key);
    }
  }

  private static String describe(Fault fault, Set<String> keys) {
    return fault.text
        + ": "
        + (keys.size() == MOST_COUNTED ? "at least " : "")
        + keys.size()
        + ", such as "
        + keys.iterator().next();
  }
}
