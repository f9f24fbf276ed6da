package dev.firkin.crypt;

import org.jspecify.annotations.Nullable;

/** Bytes that are no complete, authentic age file. Nothing of them was released. */
public final class DamagedAgeFileException extends CryptException {
  private static final long serialVersionUID = 1L;

  public DamagedAgeFileException(String message, @Nullable Throwable cause) {
    super(message, null, cause);
  }
}
