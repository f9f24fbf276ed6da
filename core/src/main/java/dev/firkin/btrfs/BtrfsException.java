package dev.firkin.btrfs;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** btrfs, one of its programs, or the kernel did not do what was asked of it. */
public final class BtrfsException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public BtrfsException(String message, @Nullable String hint) {
    super(message, hint);
  }

  public BtrfsException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
  }
}
