package dev.firkin.transfer;

import dev.firkin.repository.model.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * What a verify saw.
 *
 * @param snapshots manifests that are authentic
 * @param pages that were read
 * @param chunks that are referenced, each once
 * @param storedBytes of these
 * @param readChunks whose content was read and proven
 * @param readBytes stored bytes of these
 * @param leftovers what no snapshot needs; where manifests or pages are damaged, this counts what
 *     they lead to as well. Empty where the store did not tell
 * @param broken the stored snapshots that cannot be restored as things stand, by whichever form of
 *     their parents, oldest first
 */
public record VerifyReport(
    long snapshots,
    long pages,
    long chunks,
    long storedBytes,
    long readChunks,
    long readBytes,
    Optional<Leftovers> leftovers,
    List<Finding> findings,
    List<Broken> broken) {
  public VerifyReport {
    findings = List.copyOf(findings);
    broken = List.copyOf(broken);
  }

  /**
   * A snapshot that cannot be restored.
   *
   * @param itself whether an object that it names is damaged; else it is a delta on what is
   */
  public record Broken(Manifest manifest, boolean itself) {}

  public boolean sound() {
    return findings.isEmpty();
  }
}
