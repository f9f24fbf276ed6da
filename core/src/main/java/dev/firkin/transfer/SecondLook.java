package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkId;
import dev.firkin.chunk.Hash256;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.ChunkPresence;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.store.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks again at what a verify has found, right before something is taken away because of it: a
 * fault of the store may have passed, and a push may have mended it.
 */
final class SecondLook {
  private final Repository repository;
  private final Snapshots snapshots;
  private final List<Manifest> remembered;

  /**
   * @param snapshots without a cache
   * @param remembered what this host has seen in the store
   */
  SecondLook(Repository repository, Snapshots snapshots, Collection<Manifest> remembered) {
    this.repository = repository;
    this.snapshots = snapshots;
    this.remembered = List.copyOf(remembered);
  }

  /** What is wrong with an object that a verify called damaged. */
  Optional<DamagedException> damage(Finding finding) throws FirkinException {
    ObjectKey key = ObjectKey.of(finding.key());
    return switch (finding.kind()) {
      case CHUNK_DAMAGED -> damage(ChunkId.parse(key.name()));
      case PAGE -> repository.pages().damage(new PageId(Hash256.parse(key.name())));
      case CHECKPOINT -> repository.uploads().damage(key);
      case RECORD -> repository.forgotten().damage(key);
      case MANIFEST, SNAPSHOT_GONE, CHUNK_MISSING, CHUNK_SIZE, CHUNK_UNREADABLE, CHAIN, KEY ->
          throw new IllegalArgumentException(finding.kind() + " is not thrown away");
    };
  }

  private Optional<DamagedException> damage(ChunkId id) throws FirkinException {
    return switch (repository.chunks().examine(id)) {
      case Chunks.Content.Right right -> Optional.empty();
      case Chunks.Content.Damaged damaged -> Optional.of(damaged.why());
      case Chunks.Content.NotForUs other ->
          // As a verify has it: else it is only older than we are.
          repository.recipientsChanged()
              ? Optional.empty()
              : Optional.of(
                  new DamagedException(
                      Chunks.key(id).value(),
                      "chunk " + id + " is encrypted to somebody else",
                      null,
                      other.why()));
    };
  }

  /**
   * The manifests that are damaged as things are now, and those, among what the report names, of
   * snapshots that cannot be restored.
   *
   * @return their keys
   */
  Set<String> lost(VerifyReport report) throws FirkinException {
    Catalog now = snapshots.load();
    Set<SnapshotId> broken = new HashSet<>();
    Set<ChunkId> suspects =
        report.findings().stream()
            .filter(finding -> finding.kind() == Finding.Kind.CHUNK_DAMAGED)
            .map(finding -> ChunkId.parse(ObjectKey.of(finding.key()).name()))
            .collect(Collectors.toSet());
    try (ChunkPresence presence = new ChunkPresence(repository.chunks())) {
      for (VerifyReport.Broken each : report.broken()) {
        if (each.itself() && lacksSomething(each.manifest(), presence, suspects)) {
          broken.add(each.manifest().id());
        }
      }
    }
    Catalog sound =
        new Catalog(
            Stream.concat(now.manifests().stream(), unlisted(now).stream())
                .filter(m -> !broken.contains(m.id()))
                .toList(),
            List.of());
    Set<String> lost = new HashSet<>();
    now.damaged().forEach(e -> lost.add(e.key()));
    for (VerifyReport.Broken each : report.broken()) {
      Manifest manifest = each.manifest();
      if (broken.contains(manifest.id()) || !sound.restorable(manifest)) {
        lost.add(Snapshots.key(manifest.id()).value());
      }
    }
    return lost;
  }

  /** What the list left out and the store nevertheless has, as far as this host knows of it. */
  private List<Manifest> unlisted(Catalog now) throws FirkinException {
    Set<SnapshotId> listed = now.manifests().stream().map(Manifest::id).collect(Collectors.toSet());
    List<Manifest> unlisted = new ArrayList<>();
    for (Manifest manifest : remembered) {
      if (!listed.contains(manifest.id()) && snapshots.damage(manifest.id()).isEmpty()) {
        unlisted.add(snapshots.read(manifest.id()));
      }
    }
    return unlisted;
  }

  /**
   * Whether a page cannot be read, or a chunk is not there, or one of the suspects is damaged. The
   * length of a chunk proves nothing.
   */
  private boolean lacksSomething(Manifest manifest, ChunkPresence presence, Set<ChunkId> suspects)
      throws FirkinException {
    Set<ChunkId> proven = new HashSet<>();
    for (ChunkRun run : List.of(manifest.commands(), manifest.data())) {
      References references = new References(repository.pages(), run);
      try {
        for (Optional<ChunkRef> ref = references.next(); ref.isPresent(); ref = references.next()) {
          ChunkId id = ref.get().id();
          if (isMissing(ref.get(), presence)
              || (suspects.contains(id) && proven.add(id) && damage(id).isPresent())) {
            return true;
          }
        }
      } catch (DamagedException e) {
        return true;
      }
    }
    return false;
  }

  /** A list may be short of something, once more. */
  private boolean isMissing(ChunkRef ref, ChunkPresence presence) throws FirkinException {
    return presence.find(ref.id(), ref.plaintextBytes()).isEmpty()
        && repository.store().head(Chunks.key(ref.id())).isEmpty();
  }
}
