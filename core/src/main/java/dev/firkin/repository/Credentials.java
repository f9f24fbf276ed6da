package dev.firkin.repository;

import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.Passphrase;
import java.util.List;
import java.util.Optional;

/** What a person gave to open a repository with; either, both or nothing. */
public record Credentials(List<AgeIdentity> identities, Optional<Passphrase> passphrase) {
  public static final Credentials NONE = new Credentials(List.of(), Optional.empty());

  public Credentials {
    identities = List.copyOf(identities);
  }

  public boolean isEmpty() {
    return identities.isEmpty() && passphrase.isEmpty();
  }
}
