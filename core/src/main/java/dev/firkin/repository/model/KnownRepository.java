package dev.firkin.repository.model;

import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.RepositorySecret;
import java.util.List;
import java.util.Optional;

/**
 * What this host was told about a repository when it joined it, and holds the store to.
 *
 * @param location where it was then
 * @param secret empty for a repository without encryption
 * @param recipients the pinned list: who may read what this host stores
 * @param generation of that list, from 1: an older one is not believed
 */
public record KnownRepository(
    RepositoryId id,
    String location,
    Optional<RepositorySecret> secret,
    List<AgeRecipient> recipients,
    long generation) {
  public KnownRepository {
    recipients = List.copyOf(recipients);
  }

  /** What the host now believes of a repository. */
  public static KnownRepository of(
      RepositoryConfig config, String location, Optional<RepositorySecret> secret) {
    return new KnownRepository(
        config.id(), location, secret, config.recipients(), config.generation());
  }

  /** The same repository and secret, with the list of recipients that a person accepted. */
  public KnownRepository withRecipientsOf(RepositoryConfig config) {
    return new KnownRepository(id, location, secret, config.recipients(), config.generation());
  }
}
