package dev.firkin.cli.command;

import dev.firkin.cli.json.Documents;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.repository.Repository;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.store.probe.StoreTraits;
import java.nio.file.Path;
import java.util.Optional;

/** Shows what a repository is, after it was made or joined. */
final class RepositoryReport {
  private final Session session;

  RepositoryReport(Session session) {
    this.session = session;
  }

  /** After it was joined. */
  void show(Repository repository) {
    show(repository, Optional.empty());
  }

  /** After it was made, in a store that was tried out before. */
  void made(Repository repository, StoreTraits traits) {
    show(repository, Optional.of(traits));
  }

  private void show(Repository repository, Optional<StoreTraits> traits) {
    RepositoryConfig config = repository.config();
    Path secret = session.folders().secretOf(config.id());
    if (session.options().json()) {
      session
          .console()
          .json(Documents.repository(repository, secret, traits.map(StoreTraits::conditions)));
      return;
    }
    line("repository", repository.store().location());
    line("id", config.id().text());
    line("chunks", ByteSize.format(config.chunker().averageBytes()) + " on average");
    if (!config.encrypted()) {
      line("encryption", "none: whoever can read the store can read the backups");
      return;
    }
    line("encryption", "age");
    for (AgeRecipient recipient : config.recipients()) {
      line("recipient", recipient.text());
    }
    line("fingerprint", repository.fingerprint() + " (must be the same on every host)");
    line("secret", secret + " (lets this host push and list, not read backups)");
  }

  private void line(String what, String value) {
    session.console().data("%-11s  %s".formatted(what, value));
  }
}
