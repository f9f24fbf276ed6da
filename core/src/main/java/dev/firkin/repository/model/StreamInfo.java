package dev.firkin.repository.model;

import dev.firkin.chunk.Hash256;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.List;
import java.util.Optional;

/**
 * What a stored stream is.
 *
 * @param bytes of the whole stream, commands and data woven together
 * @param sha256 of the same
 */
public record StreamInfo(Kind kind, long bytes, Hash256 sha256) {
  public StreamInfo {
    if (bytes < 1) {
      throw new IllegalArgumentException("a stream of " + bytes + " bytes");
    }
  }

  /** btrfs or not. */
  public sealed interface Kind {
    /**
     * A checked btrfs send stream.
     *
     * @param version of the protocol, 1 to 3
     * @param subvolumes in stream order, one at the least
     */
    record Btrfs(int version, List<Subvolume> subvolumes) implements Kind {
      public Btrfs {
        subvolumes = List.copyOf(subvolumes);
        if (subvolumes.isEmpty()) {
          throw new IllegalArgumentException("a btrfs stream has a subvolume");
        }
      }
    }

    /** Any other bytes. */
    record Opaque() implements Kind {}
  }

  /**
   * One subvolume of a btrfs stream.
   *
   * @param name under which it is received
   * @param uuid by which a receiver will know it
   * @param parent what a delta is based on; empty in a full stream
   */
  public record Subvolume(
      String name, SubvolumeUuid uuid, long ctransid, Optional<Parent> parent) {}

  /** By which a receiver looks for the parent of a delta. */
  public record Parent(SubvolumeUuid uuid, long ctransid) {}

  /** The subvolumes; none in an opaque stream. */
  public List<Subvolume> subvolumes() {
    return switch (kind) {
      case Kind.Btrfs btrfs -> btrfs.subvolumes();
      case Kind.Opaque opaque -> List.of();
    };
  }

  /** The uuid of the first subvolume, by which people name the snapshot. */
  public Optional<SubvolumeUuid> uuid() {
    return subvolumes().stream().map(Subvolume::uuid).findFirst();
  }

  /** The uuid of the first subvolume's parent; empty in a full or opaque stream. */
  public Optional<SubvolumeUuid> parentUuid() {
    return subvolumes().stream().findFirst().flatMap(Subvolume::parent).map(Parent::uuid);
  }
}
