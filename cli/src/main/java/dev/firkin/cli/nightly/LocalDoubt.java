package dev.firkin.cli.nightly;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Optional;

/** Why what is old may not be old, or not to be spared: then no local snapshot goes. */
final class LocalDoubt {
  private static final Duration LONG_PAUSE = Duration.ofDays(7);

  private final RunState state;
  private final RunTime time;
  private final ZoneId zone;

  /**
   * @param state in which it is noted when this was asked
   */
  LocalDoubt(RunState state, RunTime time, ZoneId zone) {
    this.state = state;
    this.time = time;
    this.zone = zone;
  }

  /** For people; empty where the policy may be gone by. */
  Optional<String> of(LocalSnapshots local) {
    return ofClock(local.volume().name()).or(() -> noNewOnes(local));
  }

  /**
   * No store's clock is asked. After a long pause it takes two runs to believe the clock, as it
   * would if it were years ahead.
   */
  private Optional<String> ofClock(String volume) {
    if (time.wasSet()) {
      return Optional.of("the clock was set while this ran; the next run will drop what is due");
    }
    Optional<Instant> before = state.judgedHere(volume);
    boolean doubted = state.doubtedHere(volume);
    state.judgedHere(volume, time.planned());
    Optional<String> doubt =
        before
            .filter(last ->
                !doubted && Duration.between(last, time.planned()).compareTo(LONG_PAUSE) > 0)
            .map(last ->
                "by the clock of this host the last run was on "
                    + last.atZone(zone).toLocalDate()
                    + "; the next run will drop what is due");
    state.doubtedHere(volume, doubt.isPresent());
    return doubt;
  }

  /** What goes by age would go night after night, and nothing new take its place. */
  private Optional<String> noNewOnes(LocalSnapshots local) {
    Optional<Instant> newest =
        local.snapshots().stream().map(s -> local.time(s, zone)).max(Comparator.naturalOrder());
    return local
        .volume()
        .staleness(newest, time.planned())
        .map(old -> "the newest is from " + newest.orElseThrow().atZone(zone).toLocalDate());
  }
}
