package dev.firkin.cli.text;

import dev.firkin.store.ObjectKind;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * In which storage class objects of a kind are put.
 *
 * @param kind one that may have a class of its own
 * @param storageClass as the store calls it
 */
public record KindClass(ObjectKind kind, String storageClass) {
  /** From these nothing can be read at once. */
  private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");

  /**
   * Reads {@code CLASS}, which is that of chunks, or {@code KIND=CLASS}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static KindClass parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return of(ObjectKind.CHUNKS, text);
    }
    String word = text.substring(0, equals);
    return of(
        Stream.of(ObjectKind.values())
            .filter(kind -> kind.classed() && kind.word().equals(word))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "'"
                        + word
                        + "' have no class of their own; write one of: "
                        + Stream.of(ObjectKind.values())
                            .filter(ObjectKind::classed)
                            .map(ObjectKind::word)
                            .collect(Collectors.joining(", ")))),
        text.substring(equals + 1));
  }

  /**
   * The class of a kind.
   *
   * @throws IllegalArgumentException if it cannot be
   */
  public static KindClass of(ObjectKind kind, String text) {
    if (!text.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no storage class; write for example STANDARD_IA");
    }
    if (kind != ObjectKind.CHUNKS && ARCHIVES.contains(text.toUpperCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          text
              + " is an archive, and every command reads "
              + kind.word()
              + "; write a class that can be read at once, such as STANDARD_IA or GLACIER_IR");
    }
    return new KindClass(kind, text);
  }

  /** Whether nothing can be read from it at once. */
  public boolean isArchive() {
    return ARCHIVES.contains(storageClass.toUpperCase(Locale.ROOT));
  }
}
