package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.RepositoryKeys;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.store.ObjectStore;
import java.util.List;

/**
 * The list of recipients as the store has it now, for who opened the repository long ago. What was
 * added meanwhile is nothing to go by: nobody on this host has accepted it.
 *
 * @param opened with this list
 */
record ListNow(ObjectStore store, RepositoryConfig opened, RepositoryKeys keys) {
  /** Whether a recipient is on it. */
  boolean names(AgeRecipient recipient) throws FirkinException {
    return remaining().contains(recipient);
  }

  /**
   * Those of the list at that time that are still on it.
   *
   * @throws DamagedException if it is not sealed with the repository's secret
   * @throws RepositoryRefusedException if it is older than that list
   */
  List<AgeRecipient> remaining() throws FirkinException {
    if (!opened.encrypted()) {
      return List.of();
    }
    ConfigObject now = ConfigObject.read(store);
    now.check(keys);
    if (now.config().generation() < opened.generation()) {
      throw new RepositoryRefusedException(
          "the recipients of the repository at "
              + store.location()
              + " are an older list than a moment ago: the store was rolled back",
          "run the same command again; 'firkin recipients' shows the list");
    }
    return opened.recipients().stream().filter(now.config().recipients()::contains).toList();
  }
}
