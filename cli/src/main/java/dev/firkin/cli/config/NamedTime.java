package dev.firkin.cli.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a snapshot was taken, as far as its name says it.
 *
 * @param begin of the day, hour, minute or second that it names
 * @param unit which of these that is
 * @param offset of the clock that it was named by, where it says that too; empty: this host's
 * @param copy 0; or n for the nth further snapshot under the same name
 */
public record NamedTime(
    LocalDateTime begin, ChronoUnit unit, Optional<ZoneOffset> offset, int copy) {
  /** Its formats short, long and long-iso. */
  private static final Pattern BTRBK =
      Pattern.compile(
          ".*\\.([0-9]{4})([0-9]{2})([0-9]{2})"
              + "(?:T([0-9]{2})([0-9]{2})(?:([0-9]{2})(Z|[+-][0-9]{4}))?)?(?:_([0-9]{1,9}))?",
          Pattern.DOTALL);

  /** As btrbk ends the names of its snapshots, whatever they begin with; empty for any others. */
  public static Optional<NamedTime> ofBtrbk(String name) {
    Matcher matcher = BTRBK.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    boolean timed = matcher.group(4) != null;
    boolean whole = matcher.group(6) != null;
    try {
      return Optional.of(
          new NamedTime(
              LocalDateTime.of(
                  Integer.parseInt(matcher.group(1)),
                  Integer.parseInt(matcher.group(2)),
                  Integer.parseInt(matcher.group(3)),
                  timed ? Integer.parseInt(matcher.group(4)) : 0,
                  timed ? Integer.parseInt(matcher.group(5)) : 0,
                  whole ? Integer.parseInt(matcher.group(6)) : 0),
              whole ? ChronoUnit.SECONDS : timed ? ChronoUnit.MINUTES : ChronoUnit.DAYS,
              Optional.ofNullable(matcher.group(7)).map(ZoneOffset::of),
              matcher.group(8) == null ? 0 : Integer.parseInt(matcher.group(8))));
    } catch (DateTimeException noSuchDate) {
      return Optional.empty();
    }
  }

  /** Whether a moment lies in the day, hour, minute or second that it names. */
  public boolean covers(Instant moment, ZoneId zone) {
    return LocalDateTime.ofInstant(moment, offset.<ZoneId>map(utc -> utc).orElse(zone))
        .truncatedTo(unit)
        .equals(begin);
  }

  /**
   * Its first moment. An hour that the clock left out is taken for as much later as it was set
   * forward.
   *
   * @param near of an hour that the clock went through twice, the nearer one to that is meant;
   *     {@link Instant#MIN} for the first one
   */
  public Instant first(ZoneId zone, Instant near) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(begin);
    if (offset.isPresent()) {
      return begin.toInstant(offset.get());
    }
    return offsets.size() < 2 || near.equals(Instant.MIN)
        ? begin.atZone(zone).toInstant()
        : offsets.stream()
            .map(begin::toInstant)
            .min(Comparator.comparing(at -> Duration.between(at, near).abs()))
            .orElseThrow();
  }
}
