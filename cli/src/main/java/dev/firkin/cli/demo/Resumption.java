package dev.firkin.cli.demo;

import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.text.ByteSize;
import java.io.IOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a killed push and the one that went on cost together. All of it is measured: the folder of
 * the repository is looked at, and the second push says what it sent.
 *
 * @param before chunks in the repository after the kill
 * @param halfWritten bytes of chunks that were under way when the kill came
 * @param sent chunks sent by the second push
 * @param after chunks in the repository after it
 */
record Resumption(FolderSize before, long halfWritten, FolderSize sent, FolderSize after) {

  /** The state of a repository. */
  record Moment(FolderSize chunks, long halfWritten) {
    static Moment now(Stage stage) throws FailedException {
      try {
        return new Moment(
            FolderSize.of(stage.resolve("repository").resolve("chunks")),
            FolderSize.of(stage.resolve("repository").resolve(".tmp")).bytes());
      } catch (IOException e) {
        throw new FailedException(
            "the demo's repository cannot be read: " + e.getMessage(), null, e);
      }
    }
  }

  /**
   * After the second push.
   *
   * @param before from after the kill
   * @param show the document of {@code firkin show --json}
   */
  static Resumption of(Moment before, String show, Stage stage) throws FailedException {
    JsonNode added = JsonMapper.shared().readTree(show).path("snapshot").path("added");
    return new Resumption(
        before.chunks(),
        before.halfWritten(),
        new FolderSize(added.path("chunks").longValue(), added.path("storedBytes").longValue()),
        Moment.now(stage).chunks());
  }

  /** What was sent although it had been sent before. */
  long sentTwiceBytes() {
    return before.bytes() + halfWritten + sent.bytes() - after.bytes();
  }

  void tell(Narrator narrator) {
    narrator.line("");
    row(narrator, "already there, not sent again", before);
    row(narrator, "sent by the second push", sent);
    row(narrator, "in the repository now", after);
    narrator.line(
        "  %-31s %10s  %.1f %%, what was under way at the kill"
            .formatted(
                "sent twice",
                ByteSize.format(sentTwiceBytes()),
                100.0 * sentTwiceBytes() / after.bytes()));
  }

  private static void row(Narrator narrator, String what, FolderSize size) {
    narrator.line(
        "  %-31s %10s  in %d chunks".formatted(what, ByteSize.format(size.bytes()), size.files()));
  }
}
