package dev.firkin.cli.command;

import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.Optional;

/** What a snapshot is stored as, in words. */
final class Kinds {
  private Kinds() {}

  /** {@code full}, {@code opaque} or {@code delta on NAME}. */
  static String describe(Manifest manifest, Catalog catalog) {
    Optional<SubvolumeUuid> parent = manifest.stream().parentUuid();
    if (parent.isPresent()) {
      return "delta on " + parentName(manifest, parent.get(), catalog);
    }
    return switch (manifest.stream().kind()) {
      case StreamInfo.Kind.Btrfs btrfs -> "full";
      case StreamInfo.Kind.Opaque opaque -> "opaque";
    };
  }

  private static String parentName(Manifest manifest, SubvolumeUuid parent, Catalog catalog) {
    return catalog.byUuid(parent).stream()
        .findFirst()
        .map(p ->
            p.name().volume().equals(manifest.name().volume())
                ? p.name().name()
                : p.name().toString())
        .orElse(parent + " (not stored)");
  }
}
