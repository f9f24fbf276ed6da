package dev.firkin.s3;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an answer says of the part of an object that it carries: RFC 9110, 14.4. */
final class ContentRange {
  private static final Pattern FORM = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

  private ContentRange() {}

  /** The length of the whole object, if the part begins where it was asked to. */
  static OptionalLong wholeBytes(@Nullable String header, long from) {
    Matcher range = FORM.matcher(header == null ? "" : header);
    return range.matches() && Long.parseLong(range.group(1)) == from
        ? OptionalLong.of(Long.parseLong(range.group(3)))
        : OptionalLong.empty();
  }
}
