package dev.firkin.cli.demo;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.Interrupts.Uninterruptible;
import dev.firkin.cli.session.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.JsonNodeFactory;

/** Shows on this machine what the program does. */
@Command(
    name = "demo",
    description = "Push, kill, resume, restore and compare: for real, on this machine.",
    footer = {
      "",
      "As root on a machine with btrfs it works on two btrfs filesystems that it makes in a",
      "temporary folder; else on a send stream that it brings along. It touches nothing else,",
      "no repository or key of yours either, and leaves nothing behind.",
      "",
      "Examples:",
      "  sudo firkin demo",
      "  firkin demo --recorded"
    })
public final class DemoCommand implements Action {
  private static final long BTRFS_NEEDS_BYTES = 2L << 30;
  private static final long RECORDED_NEEDS_BYTES = 64L << 20;

  private final Session session;

  @Option(
      names = "--recorded",
      description = "Use the recorded send stream even where btrfs is at hand.")
  private boolean recorded;

  @Option(names = "--keep", description = "Leave all as it is in the end, for a look.")
  private boolean keep;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to make the temporary folder (default: the system's, /tmp).")
  private Path dir = Path.of(System.getProperty("java.io.tmpdir"));

  public DemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    Optional<String> missing =
        recorded ? Optional.of("as --recorded asks for") : Ability.missing(session.host());
    long needed = missing.isPresent() ? RECORDED_NEEDS_BYTES : BTRFS_NEEDS_BYTES;
    Narrator narrator = new Narrator(session);
    Stage stage = Stage.set(session, dir, needed, keep);
    // A signal at any moment takes the stage down, on a thread of its own.
    try (Uninterruptible _ = session.interrupts().endAtOnce(stage::close)) {
      introduce(narrator, stage, missing);
      Story story =
          missing.isPresent()
              ? new RecordedStory(stage, narrator)
              : new BtrfsStory(stage, narrator);
      return conclude(narrator, stage, story.tell(), missing);
    } catch (IOException e) {
      throw new FailedException("the demo failed: " + e.getMessage(), null, e);
    }
  }

  private void introduce(Narrator narrator, Stage stage, Optional<String> missing) {
    narrator.say(
        ("The main job of firkin, from a disk in use to a new one. Each command is shown as you"
             + " would type it, with what it prints. All happens in %s%s; nothing else is touched.")
            .formatted(stage.folder(), keep ? "" : ", which is gone in the end"));
    missing.ifPresent(why ->
        narrator.say(
            ("This is the recorded variant (%s): it works on streams that 'btrfs send' wrote"
                    + " elsewhere. As root, on a machine with btrfs, the demo makes two real"
                    + " filesystems.")
                .formatted(why)));
  }

  private ExitCode conclude(
      Narrator narrator, Stage stage, Story.Outcome outcome, Optional<String> missing) {
    if (outcome.identical()) {
      narrator.success("All that was pushed came back identical, in spite of the kill.");
    }
    if (keep) {
      narrator.say("Kept: %s".formatted(stage.folder()));
      if (missing.isEmpty()) {
        narrator.line("Remove it with:");
        narrator.typed("umount %1$s/disk1 %1$s/disk2".formatted(stage.folder()));
      }
      narrator.typed("rm -r " + stage.folder());
    }
    if (session.options().json()) {
      session
          .console()
          .json(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("type", "result")
                  .put("variant", missing.isPresent() ? "recorded" : "btrfs")
                  .put("identical", outcome.identical())
                  .put("storedBytes", outcome.resumption().after().bytes())
                  .put("sentTwiceBytes", outcome.resumption().sentTwiceBytes())
                  .toString());
    }
    if (!outcome.identical()) {
      session.console().warning("what came back is not what was pushed; see above");
      return ExitCode.FAILED;
    }
    return ExitCode.DONE;
  }
}
