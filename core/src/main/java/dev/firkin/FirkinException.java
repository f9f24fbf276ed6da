package dev.firkin;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the outside world did to us: the root of every checked exception of the project.
 *
 * <p>The message says what happened and what it means for the data, in one line and without a
 * trailing period; the hint says what to do about it. Bugs are unchecked exceptions and never this.
 * The command line maps subclasses to exit codes in one place.
 */
public class FirkinException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable String hint;

  public FirkinException(String message) {
    this(message, null, null);
  }

  public FirkinException(String message, @Nullable String hint) {
    this(message, hint, null);
  }

  public FirkinException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  /** What happened; never null. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  /** What the user can do, one line. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
