package dev.firkin.transfer;

import dev.firkin.FirkinException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Gap;
import dev.firkin.repository.Repository;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.model.Manifest;
import java.util.List;
import java.util.function.Consumer;

/** A store that was rolled back is as sound as it was then: only memory tells. */
final class GoneFindings {
  private final Damages damages;

  private GoneFindings(Damages damages) {
    this.damages = damages;
  }

  /**
   * Adds what this host has seen, what nothing explains, and the records that may.
   *
   * @param forgotten is told what was dropped by will and is gone
   */
  static void find(
      Repository repository,
      Catalog catalog,
      List<Manifest> remembered,
      Consumer<Manifest> forgotten,
      Damages damages)
      throws FirkinException {
    Gap gap = Gap.of(repository, catalog, remembered);
    gap.damaged()
        .forEach(e ->
            damages.at(
                Finding.Kind.RECORD,
                e.key(),
                e.getMessage() + "; no stored snapshot needs it: it names some that were dropped"));
    gap.forgotten().forEach(forgotten);
    GoneFindings found = new GoneFindings(damages);
    String perhaps =
        gap.damaged().isEmpty()
            ? ""
            : "; or it was dropped by will: "
                + gap.damaged().getFirst().key()
                + ", which cannot be read, may name it";
    gap.hidden()
        .forEach(manifest -> found.add(manifest, "is there, and the store does not list it"));
    gap.lost()
        .forEach(manifest ->
            found.add(
                manifest,
                "is gone: this host has seen it in the store, which was rolled back, or lost it"
                    + perhaps));
  }

  private void add(Manifest manifest, String how) {
    damages.at(
        Finding.Kind.SNAPSHOT_GONE,
        Snapshots.key(manifest.id()).value(),
        "the manifest of " + manifest.name() + " " + how);
  }
}
