package dev.firkin.repository.model;

import dev.firkin.sendstream.SubvolumeUuid;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What makes two pushes pushes of the same snapshot. Source: {@code docs/format.md}, section 5. */
public sealed interface SnapshotIdentity {
  /** The text that the snapshot id is a hash of. */
  String text();

  /** {@link #text} in UTF-8. */
  default byte[] toBytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  /** The identity of a stored stream. */
  static SnapshotIdentity of(SnapshotName name, StreamInfo.Kind kind) {
    return switch (kind) {
      case StreamInfo.Kind.Opaque opaque -> new Opaque(name);
      case StreamInfo.Kind.Btrfs btrfs ->
          new Btrfs(
              btrfs.version(),
              btrfs.subvolumes().stream()
                  .map(s -> new Link(s.uuid(), s.parent().map(StreamInfo.Parent::uuid)))
                  .toList());
    };
  }

  /** The one subvolume of a stream that is about to be sent. */
  static SnapshotIdentity of(int version, SubvolumeUuid uuid, Optional<SubvolumeUuid> parent) {
    return new Btrfs(version, List.of(new Link(uuid, parent)));
  }

  /** A subvolume and what it is a delta to. */
  record Link(SubvolumeUuid uuid, Optional<SubvolumeUuid> parent) {}

  /** By uuids and protocol, so that the same snapshot under another name is the same. */
  record Btrfs(int version, List<Link> links) implements SnapshotIdentity {
    public Btrfs {
      links = List.copyOf(links);
    }

    @Override
    public String text() {
      StringBuilder text = new StringBuilder("btrfs\nversion ").append(version).append('\n');
      for (Link link : links) {
        text.append(link.uuid())
            .append(' ')
            .append(link.parent().map(SubvolumeUuid::toString).orElse("-"))
            .append('\n');
      }
      return text.toString();
    }
  }

  /** By name: nothing else is known of it. */
  record Opaque(SnapshotName name) implements SnapshotIdentity {
    @Override
    public String text() {
      return "opaque\n" + name.volume() + "\n" + name.name() + "\n";
    }
  }
}
