package dev.firkin.cli.btrfs;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsFilesystem;
import dev.firkin.btrfs.BtrfsFilesystem.Listed;
import dev.firkin.btrfs.BtrfsReceive;
import dev.firkin.btrfs.BtrfsTool;
import dev.firkin.btrfs.Partials;
import dev.firkin.btrfs.SubvolumeInfo;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.UsageException;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.StreamPath;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.transfer.Receiver;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A folder of a btrfs file system. Each snapshot is received under a partial name, examined, and
 * then renamed: so what stands there under its own name is complete.
 */
public final class BtrfsReceiver implements Receiver {
  private final Path directory;
  private final Console console;

  private BtrfsReceiver(Path directory, Console console) {
    this.directory = directory;
    this.console = console;
  }

  /** Checks that snapshots can be received there, before anything is fetched. */
  public static BtrfsReceiver into(Path directory, Console console) throws FirkinException {
    BtrfsTool.requirePresent();
    BtrfsTool.requireRoot("btrfs receive");
    BtrfsFilesystem.of(directory);
    return new BtrfsReceiver(directory.toAbsolutePath().normalize(), console);
  }

  @Override
  public Set<SubvolumeUuid> received(Catalog stored) throws FirkinException {
    Set<SubvolumeUuid> uuids = new HashSet<>();
    for (Listed subvolume : BtrfsFilesystem.of(directory).subvolumes()) {
      if (AsStored.doubt(subvolume.info(), stored).isEmpty() && !partial(subvolume.info().name())) {
        // The file system that a snapshot was taken on has it under its own uuid.
        uuids.add(subvolume.info().uuid());
        subvolume.info().receivedUuid().ifPresent(uuids::add);
      }
    }
    return uuids;
  }

  /** Where on the file system a snapshot is that was received before. */
  public Optional<Path> find(SubvolumeUuid uuid) throws FirkinException {
    return BtrfsFilesystem.of(directory).sentAs(uuid).stream()
        .filter(s -> !partial(s.info().name()))
        .flatMap(s -> s.path().stream())
        .findFirst();
  }

  /**
   * Makes way for what is to be received: refuses where a final name is taken, before any byte, and
   * finishes what a killed run left: what is complete gets its name, what is partial is deleted.
   * Under the lock of the folder.
   *
   * @return what is left to be received
   */
  public List<Manifest> prepare(List<Manifest> plan) throws FirkinException, InterruptedException {
    refuseChanged(plan);
    Set<StreamPath> names = new HashSet<>();
    for (Manifest manifest : plan) {
      StreamPath name = finalName(manifest);
      Path target = BtrfsReceive.entry(directory, name);
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) || !names.add(name)) {
        throw new FailedException(
            target
                + " exists and is not the snapshot "
                + manifest.name()
                + "; nothing was received",
            "move it out of the way, or restore into another folder");
      }
    }
    requireParentsInReach(plan);
    List<Manifest> left = new ArrayList<>();
    for (Manifest manifest : plan) {
      if (!finish(manifest)) {
        left.add(manifest);
      }
    }
    return left;
  }

  /** Whether an earlier run left it complete; what is provably partial is deleted. */
  private boolean finish(Manifest manifest) throws FirkinException, InterruptedException {
    SubvolumeUuid uuid = uuid(manifest);
    boolean finished = false;
    for (Path partial : Partials.of(uuid, directory)) {
      if (BtrfsReceive.ifComplete(partial, uuid).isEmpty()) {
        deleteIfProven(partial, manifest);
      } else if (!finished) {
        console.info("received before: " + BtrfsReceive.publish(partial, finalName(manifest)));
        finished = true;
      }
    }
    return finished;
  }

  /** What stays is in nobody's way: each receive has a name of its own. */
  private void deleteIfProven(Path partial, Manifest manifest) throws InterruptedException {
    try {
      Partials.delete(partial, uuid(manifest), isDelta(manifest));
      console.verbose("deleted what an interrupted restore left: " + partial);
    } catch (BtrfsException e) {
      console.warning(e.getMessage() + e.hint().map(hint -> "; " + hint).orElse(""));
    }
  }

  /**
   * What is to be received although it is there is not what it was any more. One that was received
   * too is in the way: {@code btrfs receive} could take either for the parent of a delta.
   */
  public void refuseChanged(List<Manifest> plan) throws FirkinException {
    Set<SubvolumeUuid> planned = plan.stream().map(BtrfsReceiver::uuid).collect(Collectors.toSet());
    Set<SubvolumeUuid> parents =
        plan.stream().flatMap(m -> m.stream().parentUuid().stream()).collect(Collectors.toSet());
    for (Listed subvolume : BtrfsFilesystem.of(directory).subvolumes()) {
      SubvolumeInfo info = subvolume.info();
      String where = subvolume.path().map(Path::toString).orElse(subvolume.fromTop().toString());
      if (partial(info.name())) {
        continue;
      }
      // Of several that were received, btrfs receive may take any.
      boolean doubtful =
          info.receivedUuid().filter(parents::contains).isPresent()
              && info.unsafeAsParent().isPresent();
      if (doubtful || info.receivedUuid().filter(planned::contains).isPresent()) {
        throw new FailedException(
            where
                + " was received before and is not what is stored: "
                + info.unsafeAsParent().orElse("it was changed since it was sent")
                + "; deltas could be applied to it, so nothing was received",
            "delete it where nobody needs it, or restore into another file system");
      }
      if (planned.contains(info.uuid())) {
        console.warning(
            where
                + " is not what is stored: it was changed, or deduplicated, since; received anew");
      }
    }
  }

  /**
   * {@code btrfs receive} finds a parent anywhere on the file system, and then fails where the
   * mount does not show it; to receive it once more would not help.
   */
  private void requireParentsInReach(List<Manifest> plan) throws FirkinException {
    BtrfsFilesystem filesystem = BtrfsFilesystem.of(directory);
    Set<SubvolumeUuid> inReach =
        filesystem.inItsMount().stream()
            .map(s -> s.info().streamUuid())
            .collect(Collectors.toSet());
    for (Manifest manifest : plan) {
      Optional<SubvolumeUuid> parent = manifest.stream().parentUuid();
      if (parent.isPresent()
          && !inReach.contains(parent.get())
          && !filesystem.sentAs(parent.get()).isEmpty()) {
        throw new FailedException(
            "the parent of "
                + manifest.name()
                + " was received elsewhere on this file system, where btrfs receive cannot reach"
                + " it from "
                + directory
                + "; nothing was received",
            "mount the top level of the file system (mount -o subvolid=5) and restore into that");
      }
    }
  }

  @Override
  public Reception begin(Manifest manifest) throws FirkinException {
    return BtrfsReception.begin(
        directory, finalName(manifest), uuid(manifest), isDelta(manifest), console);
  }

  /** Refuses what {@code btrfs receive} cannot be given under one name. */
  public static void requireReceivable(Manifest manifest) throws UsageException {
    int subvolumes = manifest.stream().subvolumes().size();
    if (subvolumes == 0) {
      throw new UsageException(
          manifest.name() + " is no btrfs stream, so it cannot be received into a folder",
          "use --stdout or --to-file FILE, and the program it is for");
    }
    if (subvolumes > 1) {
      throw new UsageException(
          manifest.name() + " is a stream of " + subvolumes + " subvolumes",
          "use --stdout | btrfs receive DIR");
    }
  }

  private static StreamPath finalName(Manifest manifest) throws BtrfsException {
    StreamPath name = StreamPath.of(manifest.name().name());
    if (!name.isPlainName()) {
      throw new BtrfsException(
          "no file system can hold the name '" + manifest.name().name() + "'",
          "use --stdout | btrfs receive DIR");
    }
    return name;
  }

  private static SubvolumeUuid uuid(Manifest manifest) {
    return manifest.stream().uuid().orElseThrow();
  }

  private static boolean isDelta(Manifest manifest) {
    return manifest.stream().parentUuid().isPresent();
  }

  private static boolean partial(StreamPath name) {
    return name.toString().startsWith(Partials.PREFIX);
  }
}
