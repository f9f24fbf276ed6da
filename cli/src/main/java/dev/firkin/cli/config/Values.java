package dev.firkin.cli.config;

import dev.firkin.cli.text.Durations;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** Readers of single values; what they refuse, they refuse in words for people. */
final class Values {
  private Values() {}

  static Path absolutePath(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException(
          "'"
              + Problems.shortened(text)
              + "' is a relative path; write the whole path, beginning with /");
    }
    try {
      return Path.of(text).normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "'" + Problems.shortened(text) + "' has characters that no path can have", e);
    }
  }

  static URI httpUrl(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null
          && uri.getScheme() != null
          && Set.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(noUrl(text), e);
    }
    throw new IllegalArgumentException(noUrl(text));
  }

  private static String noUrl(String text) {
    return "'" + Problems.shortened(text) + "' is no URL; write https://host/path";
  }

  /** A span of time that ends, and is not over at once. */
  static Duration period(String text) {
    Duration period = delay(text);
    if (period.isZero()) {
      throw new IllegalArgumentException("'" + text + "' is no time at all; write for example 7d");
    }
    return period;
  }

  /** A span of time that ends. */
  static Duration delay(String text) {
    Duration delay = Durations.parse(text);
    if (delay.equals(Durations.FOREVER)) {
      throw new IllegalArgumentException("'" + text + "' never ends; write for example 7d");
    }
    return delay;
  }

  /** As manifests keep it: whatever its owner calls it, in one line. */
  static String hostName(String text) {
    if (text.length() > 255 || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "'"
              + Problems.shortened(text)
              + "' is no name of a host; write at most 255 characters in one line");
    }
    return text.strip();
  }

  /** Of {@code volume.} and {@code repository.}: for messages, metrics and folders. */
  static boolean isName(String text) {
    return text.matches("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,99}");
  }
}
