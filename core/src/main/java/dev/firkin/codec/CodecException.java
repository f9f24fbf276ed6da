package dev.firkin.codec;

import dev.firkin.FirkinException;
import org.jspecify.annotations.Nullable;

/** Stored bytes that are not what the codec wrote: damage, whoever did it. */
public final class CodecException extends FirkinException {
  private static final long serialVersionUID = 1L;

  public CodecException(String message, @Nullable Throwable cause) {
    super(message, null, cause);
  }
}
