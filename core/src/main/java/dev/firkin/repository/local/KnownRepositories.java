package dev.firkin.repository.local;

import dev.firkin.FirkinException;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.RepositoryId;
import dev.firkin.repository.v1.FormatException;
import dev.firkin.repository.v1.KnownRepositoryFormat;
import dev.firkin.repository.v1.NewerFormatException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * The repositories this host knows, one file each in the configuration folder: {@code
 * repositories/<id>.json}. No cache: the secret in it lets a host without an identity push.
 */
public final class KnownRepositories {
  private static final Set<PosixFilePermission> FOR_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  /** Sixty-four recipients take a hundredth of it. */
  private static final long MAX_BYTES = 1 << 20;

  private final Path folder;

  /**
   * @param configurationFolder e.g. {@code /etc/firkin}; need not exist
   */
  public KnownRepositories(Path configurationFolder) {
    this.folder = configurationFolder.resolve("repositories");
  }

  /**
   * What this host knows of a repository.
   *
   * @throws LocalStateException if the file cannot be used
   * @throws NewerFormatException if a newer firkin has written it
   */
  public Optional<KnownRepository> find(RepositoryId id) throws FirkinException {
    Path file = file(id);
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(FOR_OTHERS::contains)) {
        throw new LocalStateException(
            file + " holds a repository secret and others can read or write it; it was not used",
            "chmod 600 " + file + " after making sure that nobody copied it",
            null);
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new FormatException(file + " is larger than what firkin writes");
      }
      KnownRepository known = KnownRepositoryFormat.read(file.toString(), Files.readAllBytes(file));
      if (!known.id().equals(id)) {
        throw new FormatException(file + " is about another repository, " + known.id());
      }
      return Optional.of(known);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NewerFormatException e) {
      throw e;
    } catch (FormatException e) {
      throw new LocalStateException(
          e.getMessage() + "; without it this host cannot use the repository",
          "move it away and run 'firkin join' to fetch the repository secret anew",
          e);
    } catch (IOException e) {
      throw new LocalStateException(
          "cannot read " + file + ": " + e.getMessage(), "is this the right user?", e);
    }
  }

  /** The id of the repository that this host knows at a location. */
  public Optional<RepositoryId> at(String location) throws FirkinException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : files) {
        Optional<RepositoryId> id = idOf(file);
        Optional<KnownRepository> known = id.isPresent() ? find(id.get()) : Optional.empty();
        if (known.isPresent() && known.get().location().equals(location)) {
          return id;
        }
      }
      return Optional.empty();
    } catch (IOException | DirectoryIteratorException e) {
      throw new LocalStateException(
          "cannot read the folder " + folder + ": " + e.getMessage(), "is this the right user?", e);
    }
  }

  /** None for what somebody else has put there. */
  private static Optional<RepositoryId> idOf(Path file) {
    String name = file.getFileName().toString();
    try {
      return Optional.of(new RepositoryId(name.substring(0, name.length() - ".json".length())));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  /** Adds or replaces; another repository that was known at this location no longer is. */
  public void save(KnownRepository known) throws FirkinException {
    Optional<RepositoryId> before = at(known.location());
    try {
      PrivateFiles.write(file(known.id()), KnownRepositoryFormat.write(known));
      PrivateFiles.removeLeftovers(folder);
      if (before.isPresent() && !before.get().equals(known.id())) {
        moved(before.get());
      }
    } catch (IOException e) {
      throw new LocalStateException(
          "cannot write " + file(known.id()) + ": " + e.getMessage(),
          "the configuration folder can be set with FIRKIN_CONFIG_DIR",
          e);
    }
  }

  /** Keeps the secret of a repository that is no longer where it was: it may exist elsewhere. */
  private void moved(RepositoryId id) throws FirkinException, IOException {
    Optional<KnownRepository> known = find(id);
    if (known.isPresent()) {
      KnownRepository k = known.get();
      PrivateFiles.write(
          file(id),
          KnownRepositoryFormat.write(
              new KnownRepository(
                  k.id(),
                  "(replaced) " + k.location(),
                  k.secret(),
                  k.recipients(),
                  k.generation())));
    }
  }

  private Path file(RepositoryId id) {
    return folder.resolve(id.text() + ".json");
  }
}
