package dev.firkin.cli.config;

import dev.firkin.repository.model.SnapshotName;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How local snapshots are named by the time when they are taken: {@code home.%Y%m%dT%H%M%S}.
 *
 * <p>{@code %Y} is the year in four digits, {@code %m}, {@code %d}, {@code %H}, {@code %M} and
 * {@code %S} month, day, hour, minute and second in two each, {@code %%} a percent sign; all else
 * stands for itself. Where a name is taken, {@code _1}, {@code _2} … is appended.
 */
public final class SnapshotNameFormat {
  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_COPY = 9999;
  private static final String COPY = "(?:_([1-9][0-9]{0,3}))?";

  private enum Field {
    YEAR('Y', 4, ChronoUnit.YEARS),
    MONTH('m', 2, ChronoUnit.MONTHS),
    DAY('d', 2, ChronoUnit.DAYS),
    HOUR('H', 2, ChronoUnit.HOURS),
    MINUTE('M', 2, ChronoUnit.MINUTES),
    SECOND('S', 2, ChronoUnit.SECONDS);

    private final char letter;
    private final int digits;
    private final ChronoUnit unit;

    Field(char letter, int digits, ChronoUnit unit) {
      this.letter = letter;
      this.digits = digits;
      this.unit = unit;
    }

    private String of(LocalDateTime time) {
      int value =
          switch (this) {
            case YEAR -> time.getYear();
            case MONTH -> time.getMonthValue();
            case DAY -> time.getDayOfMonth();
            case HOUR -> time.getHour();
            case MINUTE -> time.getMinute();
            case SECOND -> time.getSecond();
          };
      return String.format(Locale.ROOT, "%0" + digits + "d", value);
    }
  }

  /** A piece of the name. */
  private sealed interface Part {
    record Text(String text) implements Part {}

    record Time(Field field) implements Part {}
  }

  private final String text;
  private final List<Part> parts;
  private final List<Field> fields;
  private final Pattern names;

  private SnapshotNameFormat(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
    List<Field> inOrder = new ArrayList<>();
    StringBuilder regex = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text literal -> regex.append(Pattern.quote(literal.text()));
        case Part.Time time -> {
          inOrder.add(time.field());
          regex.append("([0-9]{").append(time.field().digits).append("})");
        }
      }
    }
    this.fields = List.copyOf(inOrder);
    this.names = Pattern.compile(regex.append(COPY).toString());
  }

  /**
   * Reads a format.
   *
   * @throws IllegalArgumentException if it is none that gives names by which snapshots can be told
   *     apart and stored; the message is for people
   */
  public static SnapshotNameFormat parse(String text) {
    SnapshotNameFormat format = new SnapshotNameFormat(text, parts(text));
    Set<Field> given = EnumSet.noneOf(Field.class);
    for (Field field : format.fields) {
      if (!given.add(field)) {
        throw refused(text, "%" + field.letter + " stands in it twice");
      }
    }
    if (!given.containsAll(EnumSet.range(Field.YEAR, Field.DAY))) {
      throw refused(text, "it must hold the date: %Y, %m and %d");
    }
    if (given.contains(Field.MINUTE) && !given.contains(Field.HOUR)) {
      throw refused(text, "it holds %M, the minute, without %H, the hour");
    }
    if (given.contains(Field.SECOND) && !given.contains(Field.MINUTE)) {
      throw refused(text, "it holds %S, the second, without %M, the minute");
    }
    String longest = format.name(LocalDateTime.of(2000, 1, 1, 0, 0), MAX_COPY);
    if (longest.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      throw refused(text, "its names are longer than " + MAX_NAME_BYTES + " bytes");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(longest)) {
      throw refused(text, "it is not valid Unicode");
    }
    requireStorable(text, longest);
    return format;
  }

  /**
   * The name of a snapshot taken now.
   *
   * @param taken whether a name has been given before
   * @throws IllegalArgumentException if the year has not four digits
   * @throws IllegalStateException if some ten thousand names are taken
   */
  public String name(Instant at, ZoneId zone, Predicate<String> taken) {
    LocalDateTime time = LocalDateTime.ofInstant(at, zone);
    if (time.getYear() < 0 || time.getYear() > 9999) {
      throw new IllegalArgumentException("the year " + time.getYear());
    }
    for (int copy = 0; copy <= MAX_COPY; copy++) {
      String name = name(time, copy);
      if (!taken.test(name)) {
        return name;
      }
    }
    throw new IllegalStateException("all names up to " + name(time, MAX_COPY) + " are taken");
  }

  /**
   * When the snapshot of this name was taken; empty where the name is none of this format, or no
   * date.
   *
   * <p>An hour that the clock went through twice is taken for its first time; one that it left out,
   * for as much later as it was set forward.
   */
  public Optional<SnapshotTime> read(String name, ZoneId zone) {
    return read(name, zone, Instant.MIN);
  }

  /**
   * As {@link #read(String, ZoneId)}.
   *
   * @param created by the file system: of an hour that the clock went through twice, the nearer one
   *     to that is meant
   */
  public Optional<SnapshotTime> read(String name, ZoneId zone, Instant created) {
    return named(name).map(t -> new SnapshotTime(t.first(zone, created), t.copy()));
  }

  /** What a name says; empty where it is none of this format, or no date. */
  public Optional<NamedTime> named(String name) {
    Matcher matcher = names.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Map<Field, Integer> values = new EnumMap<>(Field.class);
    for (int i = 0; i < fields.size(); i++) {
      values.put(fields.get(i), Integer.valueOf(matcher.group(i + 1)));
    }
    String copy = matcher.group(fields.size() + 1);
    try {
      LocalDateTime time =
          LocalDateTime.of(
              values.getOrDefault(Field.YEAR, 0),
              values.getOrDefault(Field.MONTH, 0),
              values.getOrDefault(Field.DAY, 0),
              values.getOrDefault(Field.HOUR, 0),
              values.getOrDefault(Field.MINUTE, 0),
              values.getOrDefault(Field.SECOND, 0));
      return Optional.of(
          new NamedTime(
              time,
              Collections.max(fields).unit,
              Optional.empty(),
              copy == null ? 0 : Integer.parseInt(copy)));
    } catch (DateTimeException noSuchDate) {
      return Optional.empty();
    }
  }

  /**
   * A pattern, as {@link java.nio.file.FileSystem#getPathMatcher} takes it, of all names that this
   * format gives; and of few others, which {@link #read} tells apart.
   */
  public String glob() {
    StringBuilder glob = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text literal -> glob.append(Glob.quoted(literal.text()));
        case Part.Time time -> glob.append("[0-9]".repeat(time.field().digits));
      }
    }
    return glob.append("{,_[1-9]*}").toString();
  }

  /** As it was given. */
  public String format() {
    return text;
  }

  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SnapshotNameFormat format && format.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  private String name(LocalDateTime time, int copy) {
    StringBuilder name = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text literal -> name.append(literal.text());
        case Part.Time field -> name.append(field.field().of(time));
      }
    }
    return copy == 0 ? name.toString() : name.append('_').append(copy).toString();
  }

  private static void requireStorable(String text, String name) {
    try {
      var _ = new SnapshotName("volume", name);
    } catch (IllegalArgumentException e) {
      throw refused(text, String.valueOf(e.getMessage()));
    }
  }

  private static List<Part> parts(String text) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '%') {
        literal.append(c);
        continue;
      }
      char letter = at < text.length() ? text.charAt(at++) : ' ';
      if (letter == '%') {
        literal.append('%');
        continue;
      }
      parts.add(new Part.Text(literal.toString()));
      literal.setLength(0);
      parts.add(new Part.Time(field(letter, text)));
    }
    parts.add(new Part.Text(literal.toString()));
    parts.removeIf(part -> part.equals(new Part.Text("")));
    return parts;
  }

  private static Field field(char letter, String text) {
    for (Field field : Field.values()) {
      if (field.letter == letter) {
        return field;
      }
    }
    throw refused(
        text, "behind a percent sign only Y, m, d, H, M, S or another percent sign may stand");
  }

  private static IllegalArgumentException refused(String text, String why) {
    return new IllegalArgumentException(
        "'"
            + text.replaceAll("[\\p{Cc}\\p{Cf}]", "?")
            + "' is no format of snapshot names: "
            + why);
  }
}
