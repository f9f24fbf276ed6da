package dev.firkin.cli.doctor;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.text.Durations;
import dev.firkin.cli.text.StoreWords;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.probe.Rivalry;
import dev.firkin.store.probe.StoreProbe;
import dev.firkin.store.probe.StoreTraits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the store was seen to do. */
final class StoreExamination {
  /** S3 refuses requests whose time is a quarter of an hour off. */
  private static final Duration FAR_AHEAD = Duration.ofMinutes(2);

  private final Session session;

  StoreExamination(Session session) {
    this.session = session;
  }

  /**
   * @param traits empty where the store could not be tried out
   * @param reachable whether it answered, whatever it said
   */
  record Examined(List<Diagnosis> diagnoses, Optional<StoreTraits> traits, boolean reachable) {}

  Examined run() throws InterruptedException {
    try (ObjectStore store = session.existingStore()) {
      StoreTraits traits = StoreProbe.thorough(store);
      return new Examined(
          List.of(
              store(store, traits),
              lists(traits),
              conditions(traits),
              deletion(traits),
              LockDiagnosis.of(store.locks(), session.options().objectLock()),
              clock(traits.ahead())),
          Optional.of(traits),
          true);
    } catch (StoreUnavailableException e) {
      return new Examined(List.of(Diagnosis.unreachable("store", e)), Optional.empty(), false);
    } catch (FirkinException e) {
      // What may not be written may still be readable.
      return new Examined(List.of(Diagnosis.failed("store", e)), Optional.empty(), true);
    }
  }

  private static Diagnosis store(ObjectStore store, StoreTraits traits) {
    return Diagnosis.ok(
        "store",
        "%s: wrote in %d ms, read in %d ms, listed in %d ms"
            .formatted(
                store.location(),
                traits.write().toMillis(),
                traits.read().toMillis(),
                traits.list().toMillis()));
  }

  private static Diagnosis lists(StoreTraits traits) {
    return traits.listsAtOnce() && traits.readsNewest()
        ? Diagnosis.ok("consistency", "shows at once what was written and deleted")
        : Diagnosis.failed(
            "consistency",
            traits.readsNewest()
                ? "its lists are late: they do not show at once what was written or deleted"
                : "it still gave the old bytes of an object that was overwritten",
            "hosts cannot see each other's leases there: use another store");
  }

  private static Diagnosis conditions(StoreTraits traits) {
    String text =
        said("If-None-Match", traits.ifAbsent()) + "; " + said("If-Match", traits.ifMatches());
    return traits.conditions()
        ? Diagnosis.ok("conditions", text)
        : Diagnosis.warning("conditions", text, StoreWords.WITHOUT_CONDITIONS);
  }

  private static String said(String condition, Rivalry rivalry) {
    return rivalry.fair()
        ? "%s kept, of %d writers at once one won".formatted(condition, rivalry.rivals())
        : "%s not kept in %d of %d tries".formatted(condition, rivalry.wrong(), rivalry.rounds());
  }

  private static Diagnosis deletion(StoreTraits traits) {
    return traits
        .deletion()
        .map(refusal ->
            Diagnosis.warning(
                "deletion", String.valueOf(refusal.getMessage()), StoreWords.WITHOUT_DELETION))
        .orElse(Diagnosis.ok("deletion", "allowed"));
  }

  private static Diagnosis clock(Duration ahead) {
    if (ahead.isZero()) {
      return Diagnosis.ok("clock", "the store's is this machine's");
    }
    String text =
        "the store's is %s %s this machine's"
            .formatted(Durations.format(ahead.abs()), ahead.isNegative() ? "behind" : "ahead of");
    return ahead.abs().compareTo(FAR_AHEAD) < 0
        ? Diagnosis.ok("clock", text)
        : Diagnosis.warning(
            "clock",
            text,
            "S3 refuses requests that are a quarter of an hour off, and the times of snapshots will"
                + " be wrong; leases go by the store's clock alone: set the time (timedatectl)");
  }
}
