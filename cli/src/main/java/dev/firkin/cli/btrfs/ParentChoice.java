package dev.firkin.cli.btrfs;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsFilesystem.Listed;
import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.btrfs.Subvolumes;
import dev.firkin.cli.session.FailedException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.SnapshotQuery;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.SubvolumeUuid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a snapshot is sent as a delta on. */
public sealed interface ParentChoice {
  /** The newest snapshot of the volume that is in the repository and still on this disk. */
  record Auto() implements ParentChoice {}

  /** Nothing: a full stream. */
  record None() implements ParentChoice {}

  /**
   * The newest of some, as far as it is in the repository and still on this disk.
   *
   * @param uuids by which streams name them
   */
  record AmongThese(Set<SubvolumeUuid> uuids) implements ParentChoice {
    public AmongThese {
      uuids = Set.copyOf(uuids);
    }
  }

  /** The one that the user named, by its path here or its name in the repository. */
  record Named(String text) implements ParentChoice {}

  /**
   * A parent.
   *
   * @param path where it can be reached
   * @param uuid that the stream will name it by
   */
  record Parent(Path path, SubvolumeUuid uuid) {}

  /** Reads {@code auto}, {@code none}, a path or a name. */
  static ParentChoice of(String text) {
    return switch (text) {
      case "auto" -> new Auto();
      case "none" -> new None();
      default -> new Named(text);
    };
  }

  /**
   * Finds the parent; empty for a full stream.
   *
   * @throws FirkinException if the one that was named will not do
   */
  default Optional<Parent> find(LocalSnapshot snapshot, Catalog catalog) throws FirkinException {
    return switch (this) {
      case None none -> Optional.empty();
      case Auto auto -> newest(snapshot, catalog, uuid -> true);
      case AmongThese these -> newest(snapshot, catalog, these.uuids()::contains);
      case Named named -> Optional.of(named(named.text(), snapshot, catalog));
    };
  }

  private static Optional<Parent> newest(
      LocalSnapshot snapshot, Catalog catalog, Predicate<SubvolumeUuid> wanted) {
    return newestFirst(snapshot, catalog, wanted)
        .filter(s -> AsStored.doubt(s.info(), catalog).isEmpty())
        .findFirst()
        .map(s -> new Parent(s.path().orElseThrow(), s.info().streamUuid()));
  }

  /**
   * For people: those that would have been taken before what {@link #find} has found, and why they
   * were not. None where the user named the parent.
   */
  default List<String> refused(LocalSnapshot snapshot, Catalog catalog) {
    Predicate<SubvolumeUuid> wanted =
        switch (this) {
          case Auto auto -> uuid -> true;
          case AmongThese these -> these.uuids()::contains;
          case None none -> uuid -> false;
          case Named named -> uuid -> false;
        };
    return newestFirst(snapshot, catalog, wanted)
        .map(s -> AsStored.doubt(s.info(), catalog).map(why -> s.path().orElseThrow() + ": " + why))
        .takeWhile(Optional::isPresent)
        .map(Optional::orElseThrow)
        .toList();
  }

  private static Stream<Listed> newestFirst(
      LocalSnapshot snapshot, Catalog catalog, Predicate<SubvolumeUuid> wanted) {
    return snapshot.filesystem().subvolumes().stream()
        .filter(s -> s.path().isPresent() && s.info().readOnly())
        // By the file system's own count of transactions: clocks go back.
        .filter(s -> s.info().otransid() < snapshot.info().otransid())
        .filter(s -> !s.info().streamUuid().equals(snapshot.uuid()))
        .filter(s -> wanted.test(s.info().streamUuid()))
        .filter(s -> restorable(s.info().streamUuid(), snapshot.name().volume(), catalog))
        .sorted(Comparator.comparingLong((Listed s) -> s.info().otransid()).reversed());
  }

  /** A delta on what cannot be restored itself would be worth nothing. */
  private static boolean restorable(SubvolumeUuid uuid, String volume, Catalog catalog) {
    return catalog.byUuid(uuid).stream()
        .filter(m -> m.name().volume().equals(volume) && m.stream().subvolumes().size() == 1)
        .anyMatch(catalog::restorable);
  }

  private static Parent named(String text, LocalSnapshot snapshot, Catalog catalog)
      throws FirkinException {
    Parent parent =
        Files.exists(Path.of(text)) ? onDisk(Path.of(text)) : inRepository(text, snapshot, catalog);
    SubvolumeInfo info = Subvolumes.info(parent.path());
    Optional<String> unsafe = AsStored.doubt(info, catalog);
    if (unsafe.isPresent()) {
      throw new BtrfsException(
          parent.path() + " cannot be a parent: " + unsafe.get(),
          "use a snapshot that is what it was when it was sent, or --parent none");
    }
    if (parent.uuid().equals(snapshot.uuid())) {
      throw new FailedException(
          snapshot.path() + " cannot be its own parent", "use --parent auto or none");
    }
    if (snapshot.filesystem().subvolumes().stream()
        .noneMatch(s -> s.info().uuid().equals(info.uuid()))) {
      throw new BtrfsException(
          parent.path() + " is on another file system than " + snapshot.path(),
          "a parent lies on the file system of its delta; use --parent auto or none");
    }
    if (catalog.byUuid(parent.uuid()).isEmpty()) {
      throw new FailedException(
          "the repository does not have the parent "
              + parent.path()
              + ", so a delta on it could not be restored; nothing was sent",
          "push it first: firkin push " + parent.path() + "; or use --parent auto or none");
    }
    return parent;
  }

  private static Parent onDisk(Path path) throws FirkinException {
    return new Parent(path, Subvolumes.info(path).streamUuid());
  }

  private static Parent inRepository(String text, LocalSnapshot snapshot, Catalog catalog)
      throws FirkinException {
    Manifest manifest = new SnapshotQuery(catalog).resolve(text);
    Optional<SubvolumeUuid> uuid = manifest.stream().uuid();
    if (uuid.isEmpty()) {
      throw new FailedException(
          manifest.name() + " is no btrfs snapshot, so it cannot be a parent",
          "use --parent auto or none");
    }
    Optional<Path> path =
        snapshot.filesystem().sentAs(uuid.get()).stream()
            .flatMap(s -> s.path().stream())
            .findFirst();
    if (path.isEmpty()) {
      throw new FailedException(
          manifest.name() + " is no longer on the file system of " + snapshot.path(),
          "use --parent auto or none");
    }
    return new Parent(path.get(), uuid.get());
  }
}
