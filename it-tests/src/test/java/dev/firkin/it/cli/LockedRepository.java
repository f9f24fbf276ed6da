package dev.firkin.it.cli;

import dev.firkin.it.engine.Objects;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One computer with a repository in a bucket that locks, for so many days. */
final class LockedRepository implements AutoCloseable {
  private final Path folder;
  private final String days;
  private final TestBucket bucket;
  private final Computer computer;
  private final Path identity;

  /** For a month. */
  LockedRepository(Path folder, S3ServerKind kind) throws Exception {
    this(folder, kind, 30);
  }

  /**
   * The repository is new.
   *
   * @param more options of {@code init}
   */
  LockedRepository(Path folder, S3ServerKind kind, int days, String... more) throws Exception {
    this.folder = folder;
    this.days = Integer.toString(days);
    S3Server server = kind.server();
    bucket = TestBucket.lockingOn(server);
    computer =
        Buckets.access(Computer.in(folder.resolve("nas")), server, server.endpoint())
            .use("s3://" + bucket.name() + "/back/ups");
    identity = computer.makeIdentity();
    runLocking(
        List.of("init", "--recipient", Computer.recipient(identity), "--chunk-size", "64K"), more);
  }

  TestBucket bucket() {
    return bucket;
  }

  Path identity() {
    return identity;
  }

  Ended run(Object... words) throws Exception {
    return computer.here(words);
  }

  /**
   * Stores a hundred thousand lines that begin with the name.
   *
   * @param more options
   */
  void push(String name, String... more) throws Exception {
    runLocking(
        List.of("push"),
        Stream.concat(
                Stream.of(more),
                Stream.of(
                    "--stdin",
                    "--name",
                    "db/" + name,
                    "--",
                    "sh",
                    "-c",
                    "seq 100000 | sed s/^/" + name + "/"))
            .toArray(String[]::new));
  }

  private void runLocking(List<String> command, String... more) throws Exception {
    List<Object> words = new ArrayList<>(command);
    words.addAll(List.of("--object-lock", days));
    words.addAll(List.of(more));
    run(words.toArray()).succeeded();
  }

  ObjectStore store() throws Exception {
    return bucket.store("back/ups", folder);
  }

  static Set<ObjectKey> keys(ObjectStore store) throws Exception {
    return Objects.keys(store, "");
  }

  @Override
  public void close() {
    computer.close();
  }
}
