package dev.firkin.transfer;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** The taker of a restored stream failed or went away. The repository is not at fault. */
public class ReceiverException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public ReceiverException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, hint, cause);
  }
}
