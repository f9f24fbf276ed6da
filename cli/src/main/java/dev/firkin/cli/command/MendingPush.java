package dev.firkin.cli.command;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsFilesystem.Listed;
import dev.firkin.cli.btrfs.AsStored;
import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.btrfs.ParentChoice.Parent;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.OpenRepository;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.Window;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Lease;
import dev.firkin.repository.Snapshots;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotIdentity;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.transfer.PushResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts stored snapshots right from their sources: each is sent once more in every form in which it
 * is stored.
 */
final class MendingPush {
  private static final int NEWEST_PROTOCOL = 2;

  private final Session session;
  private final Optional<Integer> zstdLevel;
  private final Window window;

  MendingPush(Session session, Optional<Integer> zstdLevel, Window window) {
    this.session = session;
    this.zstdLevel = zstdLevel;
    this.window = window;
  }

  /**
   * A form of a snapshot.
   *
   * @param name that it has
   * @param parent that it is a delta on
   */
  private record Form(
      SnapshotName name, Optional<SubvolumeUuid> parent, int protocol, boolean compressedData) {}

  ExitCode run(List<String> paths, Optional<String> volume)
      throws FirkinException, InterruptedException {
    List<LocalSnapshot> snapshots = SnapshotPush.oldestFirst(paths, volume);
    PushRun push = new PushRun(session, zstdLevel, window, true, snapshots.getFirst().name());
    boolean whole = true;
    try (OpenRepository open = push.open();
        Lease lease = push.lease(open)) {
      Catalog catalog = open.repository().snapshots(ObjectCache.none()).load();
      for (LocalSnapshot snapshot : snapshots) {
        List<Form> forms = forms(open, catalog, snapshot);
        Optional<String> changed = AsStored.changed(snapshot.info(), catalog);
        changed.ifPresent(why ->
            session
                .console()
                .warning(
                    snapshot.path()
                        + ": "
                        + why
                        + "; what it has in common with what is stored is mended, and no snapshot"
                        + " is made of the rest"));
        if (forms.isEmpty()) {
          session.console().warning(snapshot.path() + " is not stored: storing it");
          forms = List.of(newForm(snapshot, catalog));
        }
        Sources sources = new Sources(snapshot, changed.isEmpty(), catalog);
        for (Form form : forms) {
          whole &= mend(push, open, lease, sources, form);
        }
      }
    }
    return whole ? ExitCode.DONE : ExitCode.DAMAGED;
  }

  /** As a push would store it. */
  private static Form newForm(LocalSnapshot snapshot, Catalog catalog) throws FirkinException {
    return new Form(
        snapshot.name(),
        new ParentChoice.Auto().find(snapshot, catalog).map(Parent::uuid),
        1,
        false);
  }

  private static List<Form> forms(OpenRepository open, Catalog catalog, LocalSnapshot snapshot) {
    List<Form> forms = new ArrayList<>();
    for (Manifest manifest : catalog.byUuid(snapshot.uuid())) {
      if (manifest.stream().kind() instanceof StreamInfo.Kind.Btrfs btrfs
          && btrfs.subvolumes().size() == 1
          && btrfs.version() <= NEWEST_PROTOCOL) {
        forms.add(
            new Form(
                manifest.name(),
                manifest.stream().parentUuid(),
                btrfs.version(),
                manifest.source().sendOptions().contains("--compressed-data")));
      }
    }
    forms.addAll(lostForms(open, catalog, snapshot));
    return forms;
  }

  /** A damaged manifest tells nothing, but its key follows from what it was a manifest of. */
  private static List<Form> lostForms(
      OpenRepository open, Catalog catalog, LocalSnapshot snapshot) {
    Set<String> damaged =
        catalog.damaged().stream().map(DamagedException::key).collect(Collectors.toSet());
    List<Form> forms = new ArrayList<>();
    if (damaged.isEmpty()) {
      return forms;
    }
    List<Optional<SubvolumeUuid>> parents = new ArrayList<>(List.of(Optional.empty()));
    snapshot.filesystem().subvolumes().stream()
        .map(subvolume -> Optional.of(subvolume.info().streamUuid()))
        .distinct()
        .forEach(parents::add);
    for (int protocol = 1; protocol <= NEWEST_PROTOCOL; protocol++) {
      for (Optional<SubvolumeUuid> parent : parents) {
        SnapshotIdentity identity = SnapshotIdentity.of(protocol, snapshot.uuid(), parent);
        if (damaged.contains(Snapshots.key(open.snapshots().id(identity)).value())) {
          forms.add(new Form(snapshot.name(), parent, protocol, false));
        }
      }
    }
    return forms;
  }

  /**
   * What a snapshot is sent from.
   *
   * @param unchanged whether nothing speaks against its being what is stored
   */
  private record Sources(LocalSnapshot snapshot, boolean unchanged, Catalog catalog) {
    Optional<Parent> parent(SubvolumeUuid uuid) {
      return snapshot.filesystem().sentAs(uuid).stream()
          .filter(s -> AsStored.doubt(s.info(), catalog).isEmpty())
          .map(Listed::path)
          .flatMap(Optional::stream)
          .findFirst()
          .map(path -> new Parent(path, uuid));
    }
  }

  private boolean mend(PushRun push, OpenRepository open, Lease lease, Sources sources, Form form)
      throws FirkinException, InterruptedException {
    LocalSnapshot snapshot = sources.snapshot();
    Optional<Parent> parent = Optional.empty();
    if (form.parent().isPresent()) {
      parent = sources.parent(form.parent().get());
      if (parent.isEmpty()) {
        session
            .console()
            .warning(
                "%s is stored as a delta on %s, which is not on its file system any more as it was: it cannot be sent like that again%s"
                    .formatted(
                        snapshot.name(),
                        form.parent().get(),
                        sources.unchanged()
                            ? "; store it in full: firkin push --parent none " + snapshot.path()
                            : ""));
        return false;
      }
    }
    SnapshotPush sender =
        new SnapshotPush(
            session,
            new ParentChoice.None(),
            form.protocol(),
            form.compressedData(),
            zstdLevel,
            window);
    LocalSnapshot asStored =
        new LocalSnapshot(snapshot.path(), snapshot.info(), snapshot.filesystem(), form.name());
    return sender.send(
                push, open, lease, asStored, parent, snapshot.info().created(), sources.unchanged())
            instanceof PushResult.Mended mended
        && mended.whole();
  }
}
