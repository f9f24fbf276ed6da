package dev.firkin.cli.config.btrbk;

import java.util.Set;

/** Names that firkin takes, from those that others gave. */
final class Names {
  private static final int MOST_CHARS = 60;

  private Names() {}

  /** As near to the old one as can be, and added to those that are taken. */
  static String unique(String old, Set<String> taken) {
    String plain =
        old.equals("@")
            ? "root"
            : old.replaceFirst("^[^\\p{L}\\p{N}]+", "").replaceAll("[^\\p{L}\\p{N}._-]+", "-");
    String name = plain.isEmpty() ? "unnamed" : shortened(plain);
    String unique = name;
    for (int i = 2; !taken.add(unique); i++) {
      unique = name + "-" + i;
    }
    return unique;
  }

  private static String shortened(String name) {
    int characters = Math.min(MOST_CHARS, name.codePointCount(0, name.length()));
    return name.substring(0, name.offsetByCodePoints(0, characters));
  }
}
