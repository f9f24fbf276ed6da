package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.json.Documents;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.Session;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.repository.local.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes an age identity, in the very format of {@code age-keygen}. */
@Command(
    name = "keygen",
    description = "Make an age identity, as age-keygen would print it.",
    footer = {
      "",
      "Who holds the file can read every backup made to its public key, and nobody can",
      "without it: keep a copy away from this machine, on paper or in a password manager.",
      "",
      "Example:",
      "  firkin keygen -o firkin.key"
    })
public final class KeygenCommand implements Action {
  private final Session session;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to FILE, mode 0600, which must not exist (default: stdout).")
  private Optional<Path> output = Optional.empty();

  public KeygenCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    try (AgeIdentity identity = AgeIdentity.generate()) {
      if (output.isPresent()) {
        write(output.get(), text(identity));
      }
      if (session.options().json()) {
        session
            .console()
            .json(
                Documents.key(
                    identity.recipient(),
                    output,
                    output.isPresent() ? Optional.empty() : Optional.of(identity.secretText())));
      } else {
        if (output.isEmpty()) {
          text(identity).lines().forEach(session.console()::data);
        }
        if (output.isPresent() || !session.host().terminals().stdout()) {
          session.console().info("Public key: " + identity.recipient());
        }
      }
      return ExitCode.DONE;
    }
  }

  private String text(AgeIdentity identity) {
    OffsetDateTime now = OffsetDateTime.now(session.host().zone()).truncatedTo(ChronoUnit.SECONDS);
    return "# created: %s%n# public key: %s%n%s%n"
        .formatted(
            DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(now),
            identity.recipient(),
            identity.secretText());
  }

  private static void write(Path file, String text) throws FirkinException {
    try {
      PrivateFiles.writeNew(file, text.getBytes(StandardCharsets.US_ASCII));
    } catch (FileAlreadyExistsException e) {
      throw new FailedException(
          file + " exists and was not overwritten: the key in it may be the only one",
          "give another name",
          e);
    } catch (NoSuchFileException e) {
      throw new FailedException("the folder of " + file + " does not exist", "make it first", e);
    } catch (IOException e) {
      throw new FailedException(
          file + " cannot be written: " + e.getMessage(), "give another place", e);
    }
  }
}
