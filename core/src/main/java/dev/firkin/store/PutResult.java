package dev.firkin.store;

import java.util.Objects;

/** How a put ended that did not fail. */
public sealed interface PutResult {

  /** The object is stored, under this version. */
  record Stored(Version version) implements PutResult {
    public Stored {
      Objects.requireNonNull(version);
    }
  }

  /** The condition did not hold; nothing was written. */
  record Refused() implements PutResult {}

  /** See {@link Stored}. */
  static PutResult stored(Version version) {
    return new Stored(version);
  }

  /** See {@link Refused}. */
  static PutResult refused() {
    return new Refused();
  }
}
