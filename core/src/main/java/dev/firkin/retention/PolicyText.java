package dev.firkin.retention;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a policy: a number, or an asterisk, and the letter of a level. */
record PolicyText(int count, Level level) {
  /** In place of a number: without end. */
  static final int ALL = Integer.MAX_VALUE;

  private static final Pattern WORD = Pattern.compile("([0-9]{1,6}|\\*)([a-z])");

  static Optional<PolicyText> parse(String word) {
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String count = matcher.group(1);
    return Level.of(matcher.group(2).charAt(0))
        .map(level -> new PolicyText(count.equals("*") ? ALL : Integer.parseInt(count), level));
  }

  @Override
  public String toString() {
    return (count == ALL ? "*" : Integer.toString(count)) + level.letter();
  }
}
