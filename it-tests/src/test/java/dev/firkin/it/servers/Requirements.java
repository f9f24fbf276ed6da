package dev.firkin.it.servers;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Arrays;
import java.util.Set;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * What a machine may lack. A test that needs it is skipped with the reason, unless {@code
 * FIRKIN_REQUIRE} names the requirement: then it fails, so that a machine set up to have it cannot
 * pass by skipping.
 */
public final class Requirements {
  /** The variable that lists, comma-separated, what must be there. */
  public static final String VARIABLE = "FIRKIN_REQUIRE";

  private static final Set<String> NAMES =
      Set.of("btrfs", "s3", "age", "minio", "archive", "faketime", "systemd");
  private static final Set<String> REQUIRED = parse(System.getenv().getOrDefault(VARIABLE, ""));

  private Requirements() {}

  /**
   * Goes on where {@code condition} holds; else aborts the running test, or fails it where {@code
   * name} is required.
   *
   * @param name one of {@code btrfs}, {@code s3} (a real S3 server: Ceph RGW), {@code age}, {@code
   *     minio}, {@code archive} (a server that freezes: Moto), {@code faketime}, {@code systemd}
   *     (its programs; it need not run)
   * @param reason what is missing and how to get it, as one line
   */
  public static void need(String name, boolean condition, String reason) {
    checkName(name);
    if (!condition) {
      throw missing(name, reason);
    }
  }

  /**
   * Ends the running test as {@link #need} does; returns an exception only so that callers can
   * write {@code throw}.
   */
  static RuntimeException missing(String name, String reason) {
    if (isRequired(name)) {
      throw new AssertionFailedError(reason + " (" + VARIABLE + " demands " + name + ")");
    }
    return new TestAbortedException(reason);
  }

  /** Whether {@code FIRKIN_REQUIRE} names it. */
  public static boolean isRequired(String name) {
    checkName(name);
    return REQUIRED.contains(name);
  }

  static Set<String> parse(String list) {
    Set<String> names =
        Arrays.stream(list.split(","))
            .map(String::strip)
            .filter(s -> !s.isEmpty())
            .collect(toUnmodifiableSet());
    names.forEach(Requirements::checkName); // a misspelt requirement would require nothing
    return names;
  }

  private static void checkName(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("no such requirement: " + name + "; known: " + NAMES);
    }
  }
}
