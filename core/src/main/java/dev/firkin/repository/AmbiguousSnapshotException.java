package dev.firkin.repository;

import dev.firkin.FirkinException;
import java.util.List;

/** More than one snapshot is meant by what a person wrote; none was chosen. */
public final class AmbiguousSnapshotException extends FirkinException {
  private static final long serialVersionUID = 1L;

  /**
   * @param candidates {@code volume/name (uuid)} of each
   */
  AmbiguousSnapshotException(String text, List<String> candidates) {
    super(
        "'" + text + "' means more than one snapshot: " + String.join(", ", candidates),
        "write VOLUME/NAME, or the beginning of the uuid that 'firkin list --verbose' shows");
  }
}
