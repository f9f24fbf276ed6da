package dev.firkin.cli.doctor;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Session.Access;
import dev.firkin.cli.session.Session.Patience;
import dev.firkin.cli.text.ByteSize;
import dev.firkin.cli.text.Durations;
import dev.firkin.cli.text.Times;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.LeaseTimes;
import dev.firkin.repository.Leases;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Uploads;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.RepositoryConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What this host makes of the repository, and who works on it. */
final class RepositoryExamination {
  private static final Duration A_MINUTE = Duration.ofMinutes(1);

  private final Session session;
  private final Duration storeAhead;

  /**
   * @param storeAhead the store's clock, against this host's
   */
  RepositoryExamination(Session session, Duration storeAhead) {
    this.session = session;
    this.storeAhead = storeAhead;
  }

  List<Diagnosis> run() {
    List<Diagnosis> found = new ArrayList<>();
    try (OpenRepository open = session.open(Access.METADATA, Patience.A_MINUTE)) {
      Repository repository = open.repository();
      found.add(repository(repository));
      found.add(keys(repository));
      found.add(leases(repository.leases().list(Instant.now().plus(storeAhead))));
      found.add(unfinished(repository.uploads().unfinished()));
    } catch (FirkinException e) {
      found.add(Diagnosis.failed("repository", e));
    }
    return found;
  }

  private Diagnosis repository(Repository repository) {
    RepositoryConfig config = repository.config();
    return Diagnosis.ok(
        "repository",
        "%s, made %s, %s"
            .formatted(
                config.id().text(),
                Times.minutes(config.created(), session.host().zone()),
                config.encrypted()
                    ? "encrypted to %s, fingerprint %s"
                        .formatted(recipients(config), repository.fingerprint())
                    : "not encrypted"));
  }

  private static String recipients(RepositoryConfig config) {
    int count = config.recipients().size();
    return count == 1 ? "1 recipient" : count + " recipients";
  }

  private static Diagnosis keys(Repository repository) throws FirkinException {
    List<DamagedException> damaged = repository.damagedKeys();
    if (!damaged.isEmpty()) {
      // First what nobody can write again, which is what has advice of its own.
      return Diagnosis.failed(
          "keys",
          damaged.stream()
              .filter(e -> e.hint().isPresent())
              .findFirst()
              .orElseGet(damaged::getFirst));
    }
    if (!repository.config().encrypted()) {
      return Diagnosis.ok("keys", "none needed");
    }
    return Diagnosis.ok(
        "keys",
        repository.readsData()
            ? "this host can push, list and verify; with the key given, restore too"
            : "this host can push, list and verify; no key was given that could restore");
  }

  /** Working is no fault; to know who does is what is asked for. */
  private static Diagnosis leases(List<Leases.Found> leases) {
    if (leases.isEmpty()) {
      return Diagnosis.ok("leases", "nobody works on it");
    }
    String text =
        leases.stream()
            .map(lease -> lease.describe() + ", " + seen(lease))
            .collect(Collectors.joining("; "));
    return leases.stream().allMatch(lease -> lease.info().isPresent())
        ? Diagnosis.ok("leases", text)
        : Diagnosis.warning(
            "leases",
            text,
            "a lease that cannot be read keeps everybody off until it is 15 minutes old; then the"
                + " next firkin clears it away");
  }

  private static boolean expired(Leases.Found lease) {
    return lease.age().compareTo(LeaseTimes.STANDARD.expiry()) >= 0;
  }

  private static String seen(Leases.Found lease) {
    if (lease.age().isNegative() && lease.age().abs().compareTo(A_MINUTE) > 0) {
      return "seen in the future: the store's clock was set back";
    }
    String age = Durations.format(lease.age());
    return expired(lease) ? "silent for " + age + ", so it counts no more" : "seen " + age + " ago";
  }

  private Diagnosis unfinished(Uploads.Unfinished uploads) {
    if (!uploads.damaged().isEmpty()) {
      return Diagnosis.warning(
          "unfinished",
          String.valueOf(uploads.damaged().getFirst().getMessage()),
          "the push it belongs to takes longer when it is resumed; nothing is lost");
    }
    if (uploads.checkpoints().isEmpty()) {
      return Diagnosis.ok("unfinished", "no push");
    }
    return Diagnosis.ok(
        "unfinished",
        uploads.checkpoints().stream().map(this::describe).collect(Collectors.joining("; ")));
  }

  private String describe(Checkpoint checkpoint) {
    return "%s, %s stored, last at %s from %s"
        .formatted(
            checkpoint.name(),
            ByteSize.format(checkpoint.streamBytes()),
            Times.minutes(checkpoint.at(), session.host().zone()),
            checkpoint.host());
  }
}
