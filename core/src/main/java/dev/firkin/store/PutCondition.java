package dev.firkin.store;

import java.util.Objects;

/** What must hold, at the moment of writing, for a put to take effect. */
public sealed interface PutCondition {

  /** Nothing: create or overwrite. */
  record Always() implements PutCondition {}

  /** There is no object under the key: of many callers at once, exactly one stores. */
  record IfAbsent() implements PutCondition {}

  /** The object there is still this version: nobody's change is lost. */
  record IfMatches(Version version) implements PutCondition {
    public IfMatches {
      Objects.requireNonNull(version);
    }
  }

  /** See {@link Always}. */
  static PutCondition always() {
    return new Always();
  }

  /** See {@link IfAbsent}. */
  static PutCondition ifAbsent() {
    return new IfAbsent();
  }

  /** See {@link IfMatches}. */
  static PutCondition ifMatches(Version version) {
    return new IfMatches(version);
  }
}
