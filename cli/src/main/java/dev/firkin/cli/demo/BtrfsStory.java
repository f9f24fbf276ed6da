package dev.firkin.cli.demo;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.text.ByteSize;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** On two real btrfs filesystems. */
final class BtrfsStory implements Story {
  private static final int FILMS_MEBIBYTES = 80;
  private static final int ATTEMPTS = 3;
  private static final Duration HALF_WAY = Duration.ofMinutes(5);

  private final Stage stage;
  private final Narrator narrator;
  private final Shell shell;
  private final Chapters chapters;
  private final SampleTree home;

  BtrfsStory(Stage stage, Narrator narrator) {
    this.stage = stage;
    this.narrator = narrator;
    this.shell = new Shell(stage, narrator);
    this.chapters = new Chapters(stage, shell, narrator);
    this.home = new SampleTree(stage.resolve("disk1").resolve("home"));
  }

  @Override
  public Outcome tell() throws FirkinException, IOException, InterruptedException {
    chapters.begin();
    makeDisks();
    makeFiles();
    chapters.makeRepository();
    Resumption resumption = monday();
    tuesday();
    chapters.listAndVerify();
    restore();
    boolean monday = same("monday");
    boolean tuesday = same("tuesday");
    return new Outcome(resumption, monday && tuesday);
  }

  private void makeDisks() throws FailedException, InterruptedException {
    narrator.section("Two disks");
    narrator.say("Two small btrfs filesystems in files: one in use, one new and empty.");
    shell.run("truncate", "-s", "2G", "disk1.img", "disk2.img");
    shell.runInto("mkfs1.log", "mkfs.btrfs", "-q", "disk1.img");
    shell.runInto("mkfs2.log", "mkfs.btrfs", "-q", "disk2.img");
    shell.run("mkdir", "disk1", "disk2");
    shell.run("mount", "-o", "loop", "disk1.img", "disk1");
    shell.run("mount", "-o", "loop", "disk2.img", "disk2");
  }

  private void makeFiles() throws FailedException, IOException, InterruptedException {
    shell.run("btrfs", "subvolume", "create", "disk1/home");
    home.fill(FILMS_MEBIBYTES);
    shell.run("cp", "--reflink=always", "disk1/home/films/film-0.mkv", "disk1/home/reflink.mkv");
    shell.run("mknod", "disk1/home/odd/device", "c", "1", "3");
    shell.run("mkfifo", "disk1/home/odd/pipe");
    FolderSize size = FolderSize.of(home.root());
    narrator.say(
        ("Now there are %d files, %s, in disk1/home: copies of this Java's own, random bytes like"
             + " those of films, and one of each thing that backups tend to lose: hard and symbolic"
             + " links, a reflink, a hole, a device, a pipe, an extended attribute, odd modes, a"
             + " name beyond ASCII.")
            .formatted(size.files(), ByteSize.format(size.bytes())));
  }

  /** Where a machine is faster than the kill, the day is told anew with more to push. */
  private Resumption monday() throws FailedException, IOException, InterruptedException {
    int filmsMebibytes = FILMS_MEBIBYTES;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Resumption.Moment> killed = killedPush(filmsMebibytes);
      if (killed.isPresent()) {
        narrator.section("The same command again");
        narrator.say(
            "btrfs sends the snapshot anew, and it is cut into the same chunks: those that are in"
                + " the repository are recognised by their hash and not sent again.");
        shell.run("firkin", "push", "disk1/monday");
        return chapters.resumed(killed.get(), "home/monday");
      }
      narrator.say(
          "This machine is so fast that the push was over before it could be killed. So: all"
              + " anew, with more to push.");
      shell.run("rm", "-r", "repository");
      shell.run("btrfs", "subvolume", "delete", "disk1/monday");
      home.film("more-%d.mkv".formatted(attempt), filmsMebibytes);
      filmsMebibytes *= 2;
      chapters.initialise();
    }
    throw new FailedException(
        "no push was slow enough to be killed half-way", "please report it: a bug of the demo");
  }

  private Optional<Resumption.Moment> killedPush(int filmsMebibytes)
      throws FailedException, InterruptedException {
    narrator.section("Monday: a push that is killed half-way");
    narrator.say("A read-only snapshot is what btrfs can send.");
    shell.run("btrfs", "subvolume", "snapshot", "-r", "disk1/home", "disk1/monday");
    List<String> push = List.of("firkin", "push", "disk1/monday");
    narrator.command(push);
    Performance performance = shell.start(push, Redirect.from(new File("/dev/null")));
    // Films do not shrink, and Java's files to half as much again or less: about half of it all.
    long halfBytes = ((long) filmsMebibytes << 20) * 7 / 10;
    boolean half =
        performance.await(
            () -> Resumption.Moment.now(stage).chunks().bytes() >= halfBytes, HALF_WAY);
    if (half) {
      narrator.say(
          "It runs as process %d. %s are in the repository, so now:"
              .formatted(
                  performance.pid(),
                  ByteSize.format(Resumption.Moment.now(stage).chunks().bytes())));
      narrator.typed("kill -9 " + performance.pid());
      int status = performance.kill();
      if (status != 0) {
        return Optional.of(chapters.afterTheKill(status));
      }
    }
    int status = performance.end();
    if (status != 0) {
      throw new FailedException("the push failed with status " + status, "see above");
    }
    return Optional.empty();
  }

  private void tuesday() throws FailedException, IOException, InterruptedException {
    narrator.section("Tuesday: only what has changed");
    narrator.say(
        "A day of work: a film is edited in its middle, a file grows, a folder and a file get"
            + " other names, some are deleted, some are new. firkin finds by itself that Monday's"
            + " snapshot can be the parent, and btrfs sends the difference.");
    home.change();
    shell.run("btrfs", "subvolume", "snapshot", "-r", "disk1/home", "disk1/tuesday");
    shell.run("firkin", "push", "disk1/tuesday");
  }

  private void restore() throws FailedException, InterruptedException {
    narrator.section("The disk is dead: restore to the new one");
    narrator.say("All that is needed is the repository and the key. Both snapshots come back.");
    shell.run(
        "firkin", "restore", "home/tuesday", "--into", "disk2", "--identity-file", Chapters.KEY);
    narrator.section("Is it the same?");
    narrator.say(
        "Every file is compared: names, types, modes, owners, times to the nanosecond, hard and"
            + " symbolic links, devices, extended attributes, and the contents byte for byte.");
    narrator.line("");
  }

  private boolean same(String snapshot) throws IOException {
    Comparison comparison =
        Comparison.of(
            stage.resolve("disk1").resolve(snapshot), stage.resolve("disk2").resolve(snapshot));
    narrator.line("disk1/%s, disk2/%s".formatted(snapshot, snapshot));
    narrator.line("  " + comparison.text());
    comparison.differences().forEach(difference -> narrator.line("  " + difference));
    return comparison.identical();
  }
}
