package dev.firkin.cli.demo;

import dev.firkin.FirkinException;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.text.ByteSize;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** On streams that btrfs once sent: needs no root and no btrfs. */
final class RecordedStory implements Story {
  private static final String CHUNK_SIZE = "64K";

  /**
   * Half a stream makes more chunks than one for so many bytes, unless its chunks had twice the
   * average length, all of them.
   */
  private static final int ENOUGH_CHUNK_BYTES = 128 << 10;

  private static final Duration HALF_WAY = Duration.ofMinutes(2);

  private final Stage stage;
  private final Narrator narrator;
  private final Shell shell;
  private final Chapters chapters;

  RecordedStory(Stage stage, Narrator narrator) {
    this.stage = stage;
    this.narrator = narrator;
    this.shell = new Shell(stage, narrator);
    this.chapters = new Chapters(stage, shell, narrator);
  }

  @Override
  public Outcome tell() throws FirkinException, IOException, InterruptedException {
    chapters.begin();
    narrator.section("Two streams");
    narrator.say(
        "What 'btrfs send' wrote of two snapshots of a folder, Monday's in full and Tuesday's as"
            + " the difference, recorded on another machine:");
    for (RecordedStream stream : RecordedStream.values()) {
      Files.write(file(stream), stream.bytes());
    }
    shell.run("ls", "-s", "-h", "-1", "monday.btrfs", "tuesday.btrfs");
    chapters.makeRepository("--chunk-size", CHUNK_SIZE);
    Resumption resumption = monday();
    tuesday();
    chapters.listAndVerify();
    restore();
    boolean monday = same(RecordedStream.MONDAY);
    boolean tuesday = same(RecordedStream.TUESDAY);
    return new Outcome(resumption, monday && tuesday);
  }

  private Path file(RecordedStream stream) {
    return stage.resolve(stream.fileName());
  }

  private Resumption monday() throws FirkinException, IOException, InterruptedException {
    narrator.section("Monday: a push that is killed half-way");
    Resumption.Moment killed = killedPush(RecordedStream.MONDAY.bytes());
    narrator.section("The same command again");
    narrator.say(
        "The whole stream, from its beginning. It is cut into the same chunks: those that are in"
            + " the repository are recognised by their hash and not sent again.");
    shell.runWithInput(
        file(RecordedStream.MONDAY), "firkin", "push", "--stdin", "--name", "home/monday");
    return chapters.resumed(killed, "home/monday");
  }

  private Resumption.Moment killedPush(byte[] stream)
      throws FailedException, IOException, InterruptedException {
    int half = stream.length / 2;
    List<String> push = List.of("firkin", "push", "--stdin", "--name", "home/monday");
    shell.typedWithInput(file(RecordedStream.MONDAY), push);
    Performance performance = shell.start(push, Redirect.PIPE);
    feed(performance, stream, half);
    int chunks = half / ENOUGH_CHUNK_BYTES;
    boolean enough =
        performance.await(() -> Resumption.Moment.now(stage).chunks().files() >= chunks, HALF_WAY);
    if (!enough) {
      throw new FailedException(
          "the push ended although it had half of its stream only", "see above");
    }
    narrator.say(
        ("It runs as process %d. The demo holds the stream back after its first half, %s, so that"
                + " the push cannot be done; chunks are in the repository, so now:")
            .formatted(performance.pid(), ByteSize.format(half)));
    narrator.typed("kill -9 " + performance.pid());
    return chapters.afterTheKill(performance.kill());
  }

  /** The pipe stays open: the end of the stream is not there yet. */
  private static void feed(Performance performance, byte[] stream, int length)
      throws FailedException {
    try {
      OutputStream stdin = performance.stdin();
      stdin.write(stream, 0, length);
      stdin.flush();
    } catch (IOException e) {
      throw new FailedException(
          "the push ended before it had read half of its stream", "see above", e);
    }
  }

  private void tuesday() throws FailedException, InterruptedException {
    narrator.section("Tuesday: only what has changed");
    narrator.say("The second stream holds the difference to Monday, and so does its push.");
    shell.runWithInput(
        file(RecordedStream.TUESDAY), "firkin", "push", "--stdin", "--name", "home/tuesday");
  }

  private void restore() throws FailedException, InterruptedException {
    narrator.section("Restore");
    narrator.say(
        "All that is needed is the repository and the key. On a btrfs filesystem this would be"
            + " 'firkin restore home/tuesday --into DIR'; here the streams go to files.");
    for (RecordedStream stream : RecordedStream.values()) {
      String day = stream.name().toLowerCase(Locale.ROOT);
      shell.run(
          "firkin",
          "restore",
          "home/" + day,
          "--to-file",
          "restored-" + stream.fileName(),
          "--identity-file",
          Chapters.KEY);
    }
    narrator.section("Is it the same?");
  }

  private boolean same(RecordedStream stream)
      throws FirkinException, IOException, InterruptedException {
    String restored = "restored-" + stream.fileName();
    shell.run("cmp", stream.fileName(), restored);
    // Against the jar's own copy too: the file beside it might have been changed by anyone.
    byte[] original = stream.bytes();
    boolean same = Arrays.equals(original, Files.readAllBytes(stage.resolve(restored)));
    narrator.line(
        same
            ? "identical: %,d bytes".formatted(original.length)
            : "DIFFERENT from the recorded stream");
    return same;
  }
}
