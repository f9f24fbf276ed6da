package dev.firkin.cli.rehearsal;

import dev.firkin.cli.Firkin;
import dev.firkin.cli.demo.RecordedStream;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Host;
import dev.firkin.cli.session.Interrupts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Runs the usual commands in one JVM, which notes what they load and where their time goes, and
 * makes an AOT cache of it ({@code -XX:AOTCacheOutput}): the launcher's starts take half the time
 * then. Leaves nothing but that behind, and talks to nobody but itself.
 */
public final class Rehearsal {
  private static final int OPAQUE_MIB = 48;

  private final Map<String, String> environment;

  private Rehearsal(Path folder) {
    this.environment =
        Map.of(
            "HOME", folder.toString(),
            "FIRKIN_CONFIG_DIR", folder.resolve("config").toString(),
            "FIRKIN_STATE_DIR", folder.resolve("state").toString(),
            "FIRKIN_IDENTITY_FILE", folder.resolve("identity").toString(),
            "FIRKIN_REPO", folder.resolve("repository").toString());
  }

  /**
   * @param args a folder to work in, in a new one that is removed at the end
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "rehearsal");
    // The client goes by the process's own environment, which nobody sets from within.
    System.setProperty("aws.accessKeyId", "rehearsal");
    System.setProperty("aws.secretAccessKey", "rehearsal");
    System.setProperty("aws.region", "us-east-1");
    try {
      new Rehearsal(folder).run(folder);
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.toList();
    }
    for (Path each : all.reversed()) {
      Files.delete(each);
    }
  }

  private void run(Path folder) throws Exception {
    Path identity = folder.resolve("identity");
    done("keygen", "-o", identity.toString());
    String recipient =
        Files.readAllLines(identity).stream()
            .filter(line -> line.startsWith("# public key: "))
            .map(line -> line.substring("# public key: ".length()))
            .findFirst()
            .orElseThrow();
    done("init", "--recipient", recipient);
    for (RecordedStream stream : RecordedStream.values()) {
      done(
          new ByteArrayInputStream(stream.bytes()), "push", "--stdin", "--name", stream.fileName());
    }
    done(opaque(), "push", "--stdin", "--name", "opaque");
    done(opaque(), "push", "--stdin", "--name", "again");
    done("list");
    done("show", "opaque");
    done("verify", "--read-data");
    done("restore", "opaque", "--stdout");
    done("restore", RecordedStream.MONDAY.fileName(), "--stdout");
    snapshots(recipient, folder);
    night(folder);
    try (LoopbackS3 s3 = LoopbackS3.start()) {
      inBucket(recipient, "--repo=s3://rehearsal/x", "--endpoint-url=" + s3.endpoint());
    }
  }

  /** What a night takes of the client. */
  private void inBucket(String recipient, String repository, String endpoint) throws Exception {
    done("init", repository, endpoint, "--recipient", recipient);
    for (RecordedStream stream : RecordedStream.values()) {
      done(
          new ByteArrayInputStream(stream.bytes()),
          "push",
          repository,
          endpoint,
          "--stdin",
          "--name",
          stream.fileName());
    }
    done("list", repository, endpoint);
    done("verify", repository, endpoint, "--read-data");
    String monday = RecordedStream.MONDAY.fileName();
    done("restore", repository, endpoint, monday, "--stdout");
    done("forget", repository, endpoint, monday, "--with-descendants", "--newest-too");
    done("prune", repository, endpoint, "--grace=0s");
  }

  /** What pushing snapshots takes, as far as it goes without root and btrfs. */
  private void snapshots(String recipient, Path folder) throws Exception {
    done("push", "--stdin", "--name", "produced", "--", "echo", "rehearsal");
    String repository = folder.resolve("small").toString();
    done("init", "--repo", repository, "--recipient", recipient, "--chunk-size=64K");
    Map<String, String> there = new HashMap<>(environment);
    there.put("FIRKIN_REPO", repository);
    CutOffPush.run(host(there, InputStream.nullInputStream(), OutputStream.nullOutputStream()));
    // Not the path of a snapshot: enough to load what asks the kernel.
    command(
        InputStream.nullInputStream(), OutputStream.nullOutputStream(), "push", folder.toString());
  }

  /** A night up to its first snapshot, which there is none of without root and btrfs. */
  private void night(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("config").resolve("firkin.toml"),
        """
        [repository.near]
        url = "%s"
        preserve_min = "2d"
        preserve = "14d 4w 6m *y"
        [volume.home]
        subvolume = "%s"
        snapshot_dir = "%s"
        preserve_min = "2d"
        preserve = "14d"
        """
            .formatted(folder.resolve("repository"), folder, folder.resolve("snapshots")));
    for (String command : List.of("run", "status")) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      ExitCode exit = command(InputStream.nullInputStream(), said, command);
      if (exit != ExitCode.FAILED) {
        throw new IllegalStateException(
            "firkin %s: %s%n%s".formatted(command, exit, said.toString(StandardCharsets.UTF_8)));
      }
    }
  }

  /** Words, which can be compressed, and random bytes, which cannot; the same each time. */
  private static InputStream opaque() {
    Random random = new Random(1);
    byte[] mebibyte = new byte[1 << 20];
    List<InputStream> parts = new ArrayList<>();
    for (int i = 0; i < OPAQUE_MIB; i++) {
      random.nextBytes(mebibyte);
      if (i % 2 == 0) {
        for (int at = 0; at < mebibyte.length; at++) {
          mebibyte[at] = (byte) ('a' + (mebibyte[at] & 7));
        }
      }
      parts.add(new ByteArrayInputStream(mebibyte.clone()));
    }
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  private void done(String... arguments) {
    done(InputStream.nullInputStream(), arguments);
  }

  private void done(InputStream stdin, String... arguments) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ExitCode exit = command(stdin, said, arguments);
    if (exit != ExitCode.DONE) {
      throw new IllegalStateException(
          "firkin %s: %s%n%s".formatted(arguments[0], exit, said.toString(StandardCharsets.UTF_8)));
    }
  }

  private ExitCode command(InputStream stdin, OutputStream stderr, String... arguments) {
    return Firkin.run(host(environment, stdin, stderr), new Interrupts(), arguments);
  }

  private static Host host(
      Map<String, String> environment, InputStream stdin, OutputStream stderr) {
    return new Host(
        environment,
        stdin,
        OutputStream.nullOutputStream(),
        stderr,
        Host.Terminals.NONE,
        ZoneId.systemDefault());
  }
}
