package dev.firkin.cli.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Points in time for people, in the zone of this host. */
public final class Times {
  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);

  private Times() {}

  /** {@code 2026-11-22 01:05}. */
  public static String minutes(Instant at, ZoneId zone) {
    return MINUTES.format(at.atZone(zone));
  }

  /** {@code 2026-11-22 01:05:46 +00:00}. */
  public static String seconds(Instant at, ZoneId zone) {
    return SECONDS.format(at.atZone(zone));
  }
}
