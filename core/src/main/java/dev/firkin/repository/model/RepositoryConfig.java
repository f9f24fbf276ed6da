package dev.firkin.repository.model;

import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeRecipient;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a repository is: the content of {@code firkin.json}.
 *
 * @param generation counts changes of the list of recipients, from 1
 */
public record RepositoryConfig(
    RepositoryId id,
    Instant created,
    long generation,
    ChunkerParameters chunker,
    Encryption encryption) {
  public RepositoryConfig {
    if (generation < 1) {
      throw new IllegalArgumentException("generation " + generation);
    }
  }

  /** Encrypted or not. */
  public sealed interface Encryption {
    /**
     * Every object is an age file.
     *
     * @param recipients who can read chunks; one at the least
     * @param passphrases those of them whose identity lies in a passphrase slot
     * @param metadata who can, beside them, read manifests and pages
     */
    record Age(List<AgeRecipient> recipients, Set<AgeRecipient> passphrases, AgeRecipient metadata)
        implements Encryption {
      public static final int MAX_RECIPIENTS = 64;

      public Age {
        recipients = List.copyOf(recipients);
        passphrases = Set.copyOf(passphrases);
        if (recipients.isEmpty() || recipients.size() > MAX_RECIPIENTS) {
          throw new IllegalArgumentException(
              "a repository has 1 to " + MAX_RECIPIENTS + " recipients, not " + recipients.size());
        }
        if (recipients.contains(metadata)) {
          throw new IllegalArgumentException("the metadata recipient must not read chunks");
        }
        if (!recipients.containsAll(passphrases)) {
          throw new IllegalArgumentException("a passphrase slot of nobody on the list");
        }
        if (recipients.stream().distinct().count() != recipients.size()) {
          throw new IllegalArgumentException("a recipient is named twice");
        }
      }
    }

    /** Whoever can read the store can read the backups. */
    record None() implements Encryption {}
  }

  public boolean encrypted() {
    return encryption instanceof Encryption.Age;
  }

  /** Who can read chunks; none in a repository without encryption. */
  public List<AgeRecipient> recipients() {
    return switch (encryption) {
      case Encryption.Age age -> age.recipients();
      case Encryption.None none -> List.of();
    };
  }

  /** Those of the recipients whose identity lies in a passphrase slot. */
  public Set<AgeRecipient> passphrases() {
    return switch (encryption) {
      case Encryption.Age age -> age.passphrases();
      case Encryption.None none -> Set.of();
    };
  }

  /**
   * The next generation, with another list.
   *
   * @param slot one of the list that has a passphrase slot
   * @throws IllegalArgumentException if the list is not one, or nothing is encrypted here
   */
  public RepositoryConfig withRecipients(
      List<AgeRecipient> recipients, Optional<AgeRecipient> slot) {
    if (!(encryption instanceof Encryption.Age age)) {
      throw new IllegalArgumentException("there is no encryption");
    }
    Set<AgeRecipient> slots = new HashSet<>(age.passphrases());
    slots.retainAll(recipients);
    slot.ifPresent(slots::add);
    return new RepositoryConfig(
        id,
        created,
        generation + 1,
        chunker,
        new Encryption.Age(recipients, slots, age.metadata()));
  }
}
