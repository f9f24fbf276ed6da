package dev.firkin.cli.config.command;

import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.config.btrbk.BtrbkConversion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Whether what the file names is on this host, now: a disk may not be mounted. */
final class ConfigExamination {
  /** Of the root of every subvolume of btrfs. */
  private static final long SUBVOLUME_INODE = 256;

  private final List<String> warnings = new ArrayList<>();

  List<String> of(Config config) {
    if (isOpen(config.file(), PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE)) {
      warnings.add(config.file() + " can be changed by others, who could run programs by it");
    }
    config.volumes().forEach(this::volume);
    config.targets().forEach(this::target);
    Stream.of(config.hooks().before(), config.hooks().after())
        .filter(words -> !words.isEmpty())
        .map(words -> Path.of(words.getFirst()))
        .filter(program -> !Files.isExecutable(program))
        .forEach(program -> warnings.add("the hook " + program + " is no program that can be run"));
    config
        .metricsFile()
        .map(Path::getParent)
        .filter(folder -> !Files.isDirectory(folder))
        .ifPresent(folder -> warnings.add("the folder for metrics is not there: " + folder));
    return List.copyOf(warnings);
  }

  private void volume(VolumeConfig volume) {
    String of = "of volume " + volume.name();
    if (isFolder("the subvolume " + of, volume.subvolume()) && !isSubvolume(volume.subvolume())) {
      warnings.add(
          "the subvolume " + of + " is a folder, but no btrfs subvolume: " + volume.subvolume());
    }
    isFolder("the snapshot folder " + of, volume.snapshotFolder());
  }

  private boolean isFolder(String what, Path path) {
    if (!Files.isDirectory(path)) {
      warnings.add(what + " is not there: " + path);
      return false;
    }
    return true;
  }

  private static boolean isSubvolume(Path path) {
    try {
      return Files.getFileStore(path).type().equals("btrfs")
          && Files.getAttribute(path, "unix:ino") instanceof Long inode
          && inode == SUBVOLUME_INODE;
    } catch (IOException e) {
      return false; // which is what is told
    }
  }

  private void target(Target target) {
    String of = "of repository " + target.name();
    if (target.url().toString().startsWith(BtrbkConversion.FILL_IN)) {
      warnings.add("the url " + of + " is still to be filled in: " + target.url());
    }
    if (target.url().scheme().equals("file")) {
      isFolder("the folder " + of, Path.of(target.url().path()));
    }
    Stream.concat(target.keys().identityFiles().stream(), target.keys().passphraseFile().stream())
        .forEach(file -> {
          if (!Files.isReadable(file)) {
            warnings.add("a key " + of + " is not there, or cannot be read: " + file);
          } else if (isOpen(file, PosixFilePermission.OTHERS_READ)) {
            warnings.add("a key " + of + " can be read by everybody: chmod 600 " + file);
          }
        });
  }

  private static boolean isOpen(Path file, PosixFilePermission... permissions) {
    try {
      Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
      return Stream.of(permissions).anyMatch(found::contains);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // gone meanwhile, or on a filesystem without permissions: nothing to tell
    }
  }
}
