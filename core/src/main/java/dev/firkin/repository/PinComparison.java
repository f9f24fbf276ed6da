package dev.firkin.repository;

import dev.firkin.crypt.AgeRecipient;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.repository.model.RepositoryConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How the recipients that a repository names stand to those that this host pinned. Source: {@code
 * docs/format.md}, section 8.
 *
 * @param added named by the repository and not pinned
 * @param removed pinned and no longer named
 * @param pinnedGeneration empty where nothing is pinned
 */
public record PinComparison(
    Verdict verdict,
    List<AgeRecipient> added,
    List<AgeRecipient> removed,
    OptionalLong pinnedGeneration) {

  /** What a host makes of the difference. */
  public enum Verdict {
    /** This host was told nothing: there is nothing to compare with. */
    NONE,
    /** The same list, of the same generation or a later one. */
    SAME,
    /** Another list of a later generation, sealed with the secret: for a person to accept. */
    CHANGED,
    /** An earlier generation than this host has seen. */
    ROLLED_BACK,
    /** Another list under the same generation, or no encryption where there was some. */
    CONTRADICTS,
    /** Not sealed with the secret that this host holds. */
    NOT_AUTHENTIC
  }

  public PinComparison {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /**
   * @param authentic whether the seal of what was found verifies under the pinned secret
   */
  static PinComparison of(
      Optional<KnownRepository> pinned, RepositoryConfig found, boolean authentic) {
    if (pinned.isEmpty()) {
      return new PinComparison(Verdict.NONE, List.of(), List.of(), OptionalLong.empty());
    }
    KnownRepository pin = pinned.get();
    return new PinComparison(
        verdict(pin, found, authentic),
        without(found.recipients(), pin.recipients()),
        without(pin.recipients(), found.recipients()),
        OptionalLong.of(pin.generation()));
  }

  private static Verdict verdict(KnownRepository pin, RepositoryConfig found, boolean authentic) {
    if (!authentic) {
      return Verdict.NOT_AUTHENTIC;
    }
    if (pin.secret().isPresent() != found.encrypted()) {
      return Verdict.CONTRADICTS;
    }
    boolean same = Set.copyOf(pin.recipients()).equals(Set.copyOf(found.recipients()));
    if (!found.encrypted()) {
      return Verdict.SAME; // no list, and nobody to vouch for its generation
    }
    int order = Long.compare(found.generation(), pin.generation());
    if (order < 0) {
      return Verdict.ROLLED_BACK;
    }
    return same ? Verdict.SAME : order == 0 ? Verdict.CONTRADICTS : Verdict.CHANGED;
  }

  /** Whether list and generation are those pinned, as far as what was found can be believed. */
  static boolean nothingChanged(Optional<KnownRepository> pinned, RepositoryConfig found) {
    return pinned.isPresent()
        && pinned.get().generation() == found.generation()
        && of(pinned, found, true).verdict() == Verdict.SAME;
  }

  /** Whether both lists name the same recipients, whatever else is wrong. */
  boolean sameList() {
    return added.isEmpty() && removed.isEmpty();
  }

  static List<AgeRecipient> without(List<AgeRecipient> all, List<AgeRecipient> those) {
    return all.stream().filter(r -> !those.contains(r)).toList();
  }
}
