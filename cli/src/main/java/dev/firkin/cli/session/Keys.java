package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.IdentityFile;
import dev.firkin.crypt.Passphrase;
import dev.firkin.repository.Credentials;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The identities and the passphrase that were given. */
final class Keys {
  private static final int MAX_BYTES = 1 << 20;

  private final Host host;
  private final GlobalOptions options;

  Keys(Host host, GlobalOptions options) {
    this.host = host;
    this.options = options;
  }

  Credentials given() throws FirkinException {
    return given(true);
  }

  /**
   * @param byOption whether a passphrase file that the command line names counts
   */
  Credentials given(boolean byOption) throws FirkinException {
    return new Credentials(identities(), passphrase(byOption));
  }

  Optional<Passphrase> passphrase() throws FirkinException {
    return passphrase(true);
  }

  private Optional<Passphrase> passphrase(boolean byOption) throws FirkinException {
    Optional<Path> named = byOption ? options.passphraseFile : Optional.empty();
    Optional<Path> file = named.or(() -> host.variable("FIRKIN_PASSPHRASE_FILE").map(Path::of));
    return file.isPresent()
        ? Optional.of(Passphrase.ofFile(read("passphrase file", file.get())))
        : Optional.empty();
  }

  private List<AgeIdentity> identities() throws FirkinException {
    List<Path> files = new ArrayList<>(options.identityFiles);
    if (files.isEmpty()) {
      host.variable("FIRKIN_IDENTITY_FILE").map(Path::of).ifPresent(files::add);
    }
    List<AgeIdentity> identities = new ArrayList<>();
    for (Path file : files) {
      identities.addAll(IdentityFile.parse(file.toString(), read("identity file", file)));
    }
    return identities;
  }

  static byte[] read(String what, Path file) throws FirkinException {
    try {
      // A pipe, as <(command) makes one, has no size: read before it is judged.
      try (var in = Files.newInputStream(file)) {
        byte[] content = in.readNBytes(MAX_BYTES + 1);
        if (content.length > MAX_BYTES) {
          throw new FailedException(
              "the " + what + " " + file + " is larger than 1 MiB", "is it the right file?");
        }
        return content;
      }
    } catch (NoSuchFileException e) {
      throw new FailedException(
          "the " + what + " " + file + " does not exist", "check the path", e);
    } catch (AccessDeniedException e) {
      throw new FailedException(
          "the " + what + " " + file + " may not be read by this user",
          "check its owner and mode",
          e);
    } catch (IOException e) {
      throw new FailedException(
          "the " + what + " " + file + " cannot be read: " + e.getMessage(), "check the path", e);
    }
  }
}
