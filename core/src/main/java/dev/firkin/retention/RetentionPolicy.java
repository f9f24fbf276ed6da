package dev.firkin.retention;

import dev.firkin.retention.Verdict.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is kept of the snapshots of one volume, in the words of btrbk: all that are young, and of
 * older ones the first of each period, the coarser ones for longer. A week's is the first daily one
 * of the week, a month's the first weekly one, a year's the first monthly one; so what is kept for
 * long was kept all the time. The newest is kept in any case.
 */
public record RetentionPolicy(PreserveMin min, Preserve preserve, RetentionCalendar calendar) {

  /** Keeps everything. */
  public static RetentionPolicy everything(RetentionCalendar calendar) {
    return new RetentionPolicy(new PreserveMin.All(), Preserve.NO, calendar);
  }

  /**
   * Judges each.
   *
   * @param snapshots in any order
   * @param timeOf when each was taken
   * @return oldest first
   */
  public <T> List<Verdict<T>> judge(
      List<T> snapshots, Function<? super T, Instant> timeOf, Instant now) {
    List<T> sorted = new ArrayList<>(snapshots);
    sorted.sort(Comparator.comparing(timeOf));
    Map<T, Reason> firsts = firsts(sorted, timeOf, now);
    // One from the future is not it: a clock is wrong, and the real newest must not go for it.
    Optional<T> last =
        sorted.reversed().stream().filter(s -> !timeOf.apply(s).isAfter(now)).findFirst();
    List<Verdict<T>> verdicts = new ArrayList<>(sorted.size());
    for (T snapshot : sorted) {
      boolean newest = last.isPresent() && snapshot.equals(last.get());
      Optional<Reason> reason =
          ofAge(timeOf.apply(snapshot), now)
              .or(() -> Optional.ofNullable(firsts.get(snapshot)))
              .or(() -> newest ? Optional.of(new Reason.Newest()) : Optional.empty());
      verdicts.add(new Verdict<>(snapshot, reason));
    }
    return List.copyOf(verdicts);
  }

  /**
   * The coarsest level for which each is the first of its period, whether or not that keeps it.
   *
   * @return empty for one that is not even the first of its hour
   */
  public <T> Map<T, Level> levels(List<T> snapshots, Function<? super T, Instant> timeOf) {
    List<T> rest = new ArrayList<>(snapshots);
    rest.sort(Comparator.comparing(timeOf));
    Map<T, Level> levels = new HashMap<>();
    for (Level level : Level.values()) {
      rest = firstOfEach(level, rest, timeOf);
      rest.forEach(snapshot -> levels.put(snapshot, level));
    }
    return Map.copyOf(levels);
  }

  private Optional<Reason> ofAge(Instant time, Instant now) {
    if (time.isAfter(now)) {
      return Optional.of(new Reason.Future());
    }
    boolean young =
        switch (min) {
          case PreserveMin.All all -> true;
          case PreserveMin.Latest latest -> false; // the newest is kept anyway
          case PreserveMin.No no -> false;
          case PreserveMin.Last last -> back(last.level(), time, now) <= last.count();
        };
    return young ? Optional.of(new Reason.Young(min)) : Optional.empty();
  }

  private <T> Map<T, Reason> firsts(
      List<T> sorted, Function<? super T, Instant> timeOf, Instant now) {
    Map<T, Reason> firsts = new HashMap<>();
    List<T> rest = sorted;
    for (Level level : Level.values()) {
      rest = firstOfEach(level, rest, timeOf);
      for (T first : rest) {
        long back = back(level, timeOf.apply(first), now);
        if (preserve.keeps(level, back)) {
          firsts.putIfAbsent(first, new Reason.First(level, back));
        }
      }
    }
    return firsts;
  }

  private <T> List<T> firstOfEach(
      Level level, List<T> sorted, Function<? super T, Instant> timeOf) {
    Map<Long, T> first = new LinkedHashMap<>();
    sorted.forEach(s -> first.putIfAbsent(calendar.period(level, timeOf.apply(s)), s));
    return List.copyOf(first.values());
  }

  private long back(Level level, Instant time, Instant now) {
    return calendar.period(level, now) - calendar.period(level, time);
  }
}
