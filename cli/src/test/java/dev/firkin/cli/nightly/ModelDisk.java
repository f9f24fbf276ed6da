package dev.firkin.cli.nightly;

import dev.firkin.btrfs.BtrfsFilesystem;
import dev.firkin.btrfs.BtrfsFilesystem.Listed;
import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.sendstream.Attribute;
import dev.firkin.sendstream.Command;
import dev.firkin.sendstream.SendStreamWriter;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeHeader;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A subvolume of small files that changes, its read-only snapshots, and what {@code btrfs send}
 * would make of them: for the same snapshot and parent the same bytes.
 */
final class ModelDisk {
  private static final int FILES = 40;
  private static final int MAX_FILE_BYTES = 12_000;

  /** A snapshot, and what each file holds: the same number, the same bytes. */
  private record Taken(SubvolumeInfo info, String name, Path path, Map<Integer, Long> files) {}

  private final VolumeConfig volume;
  private final Random random;
  private final SubvolumeUuid origin;
  private final Map<Integer, Long> files = new TreeMap<>();
  private final Map<SubvolumeUuid, Taken> snapshots = new LinkedHashMap<>();
  private final Map<String, Taken> everTaken = new HashMap<>();
  private long transaction = 10;

  ModelDisk(VolumeConfig volume, Random random) {
    this.volume = volume;
    this.random = random;
    this.origin = newUuid();
    for (int file = 0; file < FILES; file++) {
      files.put(file, random.nextLong());
    }
  }

  private SubvolumeUuid newUuid() {
    return new SubvolumeUuid(random.nextLong() | 1, random.nextLong());
  }

  /** As a day's work does: a few files are changed, some come and go. */
  void change() {
    transaction++;
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int file = random.nextInt(FILES + 4);
      if (random.nextInt(6) == 0) {
        files.remove(file);
      } else {
        files.put(file, random.nextLong());
      }
    }
  }

  /** Takes a snapshot, named by the time. */
  String snapshot(Instant now, ZoneId zone) {
    transaction++;
    String name =
        volume
            .snapshotName()
            .name(now, zone, n -> snapshots.values().stream().anyMatch(s -> s.name().equals(n)));
    SubvolumeInfo info =
        new SubvolumeInfo(
            256 + transaction,
            5,
            StreamPath.of(name),
            true,
            newUuid(),
            Optional.of(origin),
            Optional.empty(),
            transaction,
            transaction,
            transaction,
            0,
            0,
            now);
    Path path = volume.snapshotFolder().resolve(name);
    Taken taken = new Taken(info, name, path, Map.copyOf(files));
    snapshots.put(info.uuid(), taken);
    everTaken.put(name, taken);
    return name;
  }

  void drop(LocalSnapshot snapshot) {
    snapshots.remove(snapshot.uuid());
  }

  /** What each file of a snapshot holds, whether it is still on the disk or not. */
  Map<String, byte[]> files(String snapshot) {
    Taken taken = everTaken.get(snapshot);
    if (taken == null) {
      throw new IllegalArgumentException("nobody took " + snapshot);
    }
    Map<String, byte[]> files = new TreeMap<>();
    taken.files().forEach((file, number) -> files.put(name(file), bytes(number)));
    return files;
  }

  private static String name(int file) {
    return "file-" + file;
  }

  /** What a look at the disk finds. */
  LocalSnapshots look() {
    BtrfsFilesystem filesystem =
        BtrfsFilesystem.of(
            snapshots.values().stream()
                .map(s ->
                    new Listed(
                        s.info(),
                        StreamPath.of("snapshots/" + s.name()),
                        StreamPath.of("/snapshots/" + s.name()),
                        Optional.of(s.path())))
                .toList());
    List<LocalSnapshot> local = new ArrayList<>();
    for (Taken taken : snapshots.values()) {
      local.add(
          new LocalSnapshot(
              taken.path(),
              taken.info(),
              filesystem,
              new SnapshotName(volume.name(), taken.name())));
    }
    return new LocalSnapshots(volume, local, List.of());
  }

  /**
   * What {@code btrfs send} prints.
   *
   * @throws IllegalStateException if one of them is not on the disk any more
   */
  byte[] send(SubvolumeUuid snapshot, Optional<SubvolumeUuid> parent) throws IOException {
    Taken sent = there(snapshot);
    Optional<Taken> on = parent.map(this::there);
    Map<Integer, Long> before = on.map(Taken::files).orElse(Map.of());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SendStreamWriter writer = SendStreamWriter.begin(out, 1);
    writer.subvolume(
        new SubvolumeHeader(
            StreamPath.of(sent.name()),
            snapshot,
            sent.info().ctransid(),
            on.map(p -> new SubvolumeHeader.Parent(p.info().uuid(), p.info().ctransid()))));
    for (int file = 0; file < FILES + 4; file++) {
      StreamPath path = StreamPath.of(name(file));
      Optional<Long> now = Optional.ofNullable(sent.files().get(file));
      if (now.equals(Optional.ofNullable(before.get(file)))) {
        continue;
      }
      if (now.isEmpty()) {
        writer.command(Command.UNLINK).path(Attribute.PATH, path).write();
        continue;
      }
      writer
          .command(before.containsKey(file) ? Command.TRUNCATE : Command.MKFILE)
          .path(Attribute.PATH, path)
          .u64(
              before.containsKey(file) ? Attribute.SIZE : Attribute.INO,
              before.containsKey(file) ? 0 : 257 + file)
          .write();
      writer
          .command(Command.WRITE)
          .path(Attribute.PATH, path)
          .u64(Attribute.FILE_OFFSET, 0)
          .data(bytes(now.get()))
          .write();
    }
    writer.end();
    return out.toByteArray();
  }

  private Taken there(SubvolumeUuid uuid) {
    Taken taken = snapshots.get(uuid);
    if (taken == null) {
      throw new IllegalStateException(uuid + " is not on the disk any more");
    }
    return taken;
  }

  private static byte[] bytes(long number) {
    Random content = new Random(number);
    byte[] bytes = new byte[1 + content.nextInt(MAX_FILE_BYTES)];
    content.nextBytes(bytes);
    return bytes;
  }
}
