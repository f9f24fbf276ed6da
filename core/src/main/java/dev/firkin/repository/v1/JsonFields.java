package dev.firkin.repository.v1;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** The members of a JSON object, each asked for by name and type; what is missing or odd throws. */
final class JsonFields {
  /** What every time zone can show: a day less at each end than a calendar has. */
  private static final Instant FIRST_TIME = LocalDateTime.MIN.plusDays(1).toInstant(ZoneOffset.UTC);

  private static final Instant LAST_TIME = LocalDateTime.MAX.minusDays(1).toInstant(ZoneOffset.UTC);

  private final String what;
  private final JsonNode node;

  JsonFields(String what, JsonNode node) {
    this.what = what;
    this.node = node;
  }

  boolean has(String name) {
    return node.has(name);
  }

  JsonFields object(String name) throws FormatException {
    JsonNode value = require(name);
    if (!value.isObject()) {
      throw wrong(name, "an object");
    }
    return new JsonFields(what + "." + name, value);
  }

  long number(String name, long min, long max) throws FormatException {
    JsonNode value = require(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(name, "a whole number");
    }
    long number = value.longValue();
    if (number < min || number > max) {
      throw new FormatException(
          what + ": '" + name + "' is " + number + ", which is out of bounds");
    }
    return number;
  }

  String text(String name) throws FormatException {
    JsonNode value = require(name);
    if (!value.isString()) {
      throw wrong(name, "a string");
    }
    return value.stringValue();
  }

  Optional<String> optionalText(String name) throws FormatException {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /** A string that {@code parse} turns into a value, or refuses as an illegal argument. */
  <T> T parsed(String name, Function<String, T> parse) throws FormatException {
    return parsed(name, text(name), parse);
  }

  Instant time(String name) throws FormatException {
    String text = text(name);
    try {
      Instant time = Instant.parse(text);
      if (time.isBefore(FIRST_TIME) || time.isAfter(LAST_TIME)) {
        throw wrong(name, "a time of any calendar");
      }
      return time;
    } catch (DateTimeParseException e) {
      throw new FormatException(what + ": '" + name + "' is no time: " + text, null, e);
    }
  }

  Optional<Instant> optionalTime(String name) throws FormatException {
    return has(name) ? Optional.of(time(name)) : Optional.empty();
  }

  byte[] base64(String name) throws FormatException {
    return parsed(name, Base64.getDecoder()::decode);
  }

  <T> List<T> list(String name, Function<String, T> parse) throws FormatException {
    List<T> values = new ArrayList<>();
    for (JsonNode element : array(name)) {
      if (!element.isString()) {
        throw wrong(name, "an array of strings");
      }
      values.add(parsed(name, element.stringValue(), parse));
    }
    return List.copyOf(values);
  }

  List<JsonFields> objects(String name) throws FormatException {
    List<JsonFields> values = new ArrayList<>();
    for (JsonNode element : array(name)) {
      if (!element.isObject()) {
        throw wrong(name, "an array of objects");
      }
      values.add(new JsonFields(what + "." + name + "[" + values.size() + "]", element));
    }
    return List.copyOf(values);
  }

  private JsonNode array(String name) throws FormatException {
    JsonNode value = require(name);
    if (!value.isArray()) {
      throw wrong(name, "an array");
    }
    return value;
  }

  private <T> T parsed(String name, String text, Function<String, T> parse) throws FormatException {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new FormatException(what + ": '" + name + "': " + e.getMessage(), null, e);
    }
  }

  private JsonNode require(String name) throws FormatException {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      throw new FormatException(what + ": '" + name + "' is missing");
    }
    return value;
  }

  private FormatException wrong(String name, String expected) {
    return new FormatException(what + ": '" + name + "' is not " + expected);
  }
}
