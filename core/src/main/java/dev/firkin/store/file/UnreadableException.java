package dev.firkin.store.file;

import java.io.IOException;

/** A file that is open does not give its bytes. */
final class UnreadableException extends IOException {
  private static final long serialVersionUID = 1L;

  private final IOException why;

  UnreadableException(IOException why) {
    super(why);
    this.why = why;
  }

  IOException why() {
    return why;
  }
}
