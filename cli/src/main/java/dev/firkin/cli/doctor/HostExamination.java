package dev.firkin.cli.doctor;

import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsTool;
import dev.firkin.btrfs.ChildExit;
import dev.firkin.btrfs.ChildProcess;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.text.ByteSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What this machine has. */
final class HostExamination {
  private final Session session;

  HostExamination(Session session) {
    this.session = session;
  }

  List<Diagnosis> run() throws InterruptedException {
    return List.of(program(), btrfs(), configuration(), state());
  }

  private Diagnosis program() {
    return Diagnosis.ok(
        "program",
        "%s, Java %s, heap %s, %d processors"
            .formatted(
                session.tool(),
                Runtime.version(),
                ByteSize.format(Runtime.getRuntime().maxMemory()),
                Runtime.getRuntime().availableProcessors()));
  }

  private Diagnosis btrfs() throws InterruptedException {
    Optional<Path> program = BtrfsTool.find();
    if (program.isEmpty()) {
      return Diagnosis.warning(
          "btrfs",
          "the program 'btrfs' is not installed",
          "streams can be stored and restored to files, but no snapshot sent or received: install"
              + " btrfs-progs");
    }
    try {
      String version = version(program.get());
      return BtrfsTool.isRoot()
          ? Diagnosis.ok("btrfs", version + ", as root")
          : Diagnosis.warning(
              "btrfs",
              version + ", not as root",
              "sending and receiving snapshots takes root: run firkin with sudo for that");
    } catch (BtrfsException e) {
      return Diagnosis.failed("btrfs", e);
    }
  }

  private static String version(Path program) throws BtrfsException, InterruptedException {
    try (ChildProcess child =
        ChildProcess.producer("btrfs --version", List.of(program.toString(), "--version"))) {
      byte[] said = child.stdout().readAllBytes();
      ChildExit exit = child.await();
      if (!exit.succeeded()) {
        throw new BtrfsException(exit.describe(), "is it installed well?");
      }
      return new String(said, StandardCharsets.UTF_8).lines().findFirst().orElse("btrfs").strip();
    } catch (IOException e) {
      throw new BtrfsException("'btrfs --version' cannot be read", "is it installed well?", e);
    }
  }

  private Diagnosis configuration() {
    Path folder = session.folders().configuration();
    if (!Files.exists(folder)) {
      return Diagnosis.ok("configuration", folder + " is not there yet");
    }
    try {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(folder);
      Set<PosixFilePermission> others = PosixFilePermissions.fromString("----w--w-");
      if (rights.stream().anyMatch(others::contains)) {
        return Diagnosis.failed(
            "configuration",
            folder + " can be written by others: " + PosixFilePermissions.toString(rights),
            "what this host knows of its repositories is there: chmod 700 " + folder);
      }
      return Files.isWritable(folder)
          ? Diagnosis.ok("configuration", folder.toString())
          : Diagnosis.warning(
              "configuration",
              folder + " cannot be written",
              "this user can use the repositories that are known, and not init or join others");
    } catch (IOException e) {
      return Diagnosis.failed(
          "configuration",
          folder + " cannot be read: " + e.getMessage(),
          "is this the right user?");
    }
  }

  private Diagnosis state() {
    Path folder = session.folders().state();
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      return Files.isWritable(there)
          ? Diagnosis.ok(
              "state",
              "%s, %s free"
                  .formatted(folder, ByteSize.format(Files.getFileStore(there).getUsableSpace())))
          : Diagnosis.warning(
              "state",
              folder + " cannot be written",
              "firkin works without, and fetches each manifest again each time");
    } catch (IOException e) {
      return Diagnosis.warning(
          "state", there + ": " + e.getMessage(), "firkin works without, and more slowly");
    }
  }
}
