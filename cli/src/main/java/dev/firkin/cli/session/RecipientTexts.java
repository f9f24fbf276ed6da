package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeRecipient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Recipients as people name them: on the command line, and in files. */
public final class RecipientTexts {
  private RecipientTexts() {}

  /** Each once, in the order given. */
  public static List<AgeRecipient> parse(List<String> texts, List<Path> files)
      throws FirkinException {
    Set<AgeRecipient> recipients = new LinkedHashSet<>();
    for (String text : texts) {
      recipients.add(AgeRecipient.parse(text));
    }
    for (Path file : files) {
      recipients.addAll(read(file));
    }
    return List.copyOf(recipients);
  }

  private static List<AgeRecipient> read(Path file) throws FirkinException {
    List<AgeRecipient> recipients = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          recipients.add(AgeRecipient.parse(line));
        }
      }
    } catch (IOException e) {
      throw new FailedException(
          "the recipients file " + file + " cannot be read: " + e.getMessage(),
          "check the path; it is text, one age1... a line",
          e);
    }
    if (recipients.isEmpty()) {
      throw new FailedException(
          "the recipients file " + file + " names no recipient", "one age1... a line");
    }
    return recipients;
  }
}
