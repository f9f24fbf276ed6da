package dev.firkin.cli.demo;

import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.text.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** What both stories have in common. */
final class Chapters {
  static final String KEY = "firkin.key";
  private static final String PUBLIC_KEY = "# public key: ";

  private final Stage stage;
  private final Shell shell;
  private final Narrator narrator;

  Chapters(Stage stage, Shell shell, Narrator narrator) {
    this.stage = stage;
    this.shell = shell;
    this.narrator = narrator;
  }

  void begin() {
    narrator.typed("cd " + stage.folder());
    narrator.typed("export FIRKIN_REPO=" + stage.resolve("repository"));
  }

  /** Makes the key and the repository. */
  void makeRepository(String... moreOptions) throws FailedException, InterruptedException {
    narrator.section("A key and a repository");
    narrator.say(
        ("Backups are encrypted to a public key. Whoever has the other half, the identity in %s,"
                + " can read them; the host that pushes never needs it. A folder is the repository"
                + " here; a bucket is as good: s3://bucket/prefix.")
            .formatted(KEY));
    shell.run("firkin", "keygen", "-o", KEY);
    initialise(moreOptions);
  }

  /** Makes the repository, with the key that is there. */
  void initialise(String... moreOptions) throws FailedException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("firkin", "init", "--recipient"));
    words.add(publicKey());
    words.addAll(List.of(moreOptions));
    shell.run(words.toArray(String[]::new));
  }

  private String publicKey() throws FailedException {
    try {
      return Files.readAllLines(stage.resolve(KEY)).stream()
          .filter(line -> line.startsWith(PUBLIC_KEY))
          .map(line -> line.substring(PUBLIC_KEY.length()))
          .findFirst()
          .orElseThrow(() -> new FailedException(KEY + " names no public key", null));
    } catch (IOException e) {
      throw new FailedException(KEY + " cannot be read: " + e.getMessage(), null, e);
    }
  }

  /** After the kill: what is there, and what is not. */
  Resumption.Moment afterTheKill(int status) throws FailedException, InterruptedException {
    Resumption.Moment moment = Resumption.Moment.now(stage);
    narrator.line("Killed (exit status " + status + ")");
    narrator.say(
        ("No goodbye, no cleaning up: as in a power cut. The repository holds %d chunks, %s, and"
                + " no snapshot, for a snapshot counts as stored only when all of it is there:")
            .formatted(moment.chunks().files(), ByteSize.format(moment.chunks().bytes())));
    shell.run("firkin", "list");
    return moment;
  }

  /** After the same command went through. */
  Resumption resumed(Resumption.Moment before, String snapshot)
      throws FailedException, InterruptedException {
    List<String> lines = shell.ask("firkin", "show", snapshot, "--json");
    Resumption resumption = Resumption.of(before, lines.getLast(), stage);
    resumption.tell(narrator);
    return resumption;
  }

  void listAndVerify() throws FailedException, InterruptedException {
    narrator.section("What is there, and is it whole?");
    narrator.say(
        "Without the key, verify proves that all chunks are there. With it, it also reads each"
            + " of them and checks its contents.");
    shell.run("firkin", "list");
    shell.run("firkin", "verify", "--read-data", "--identity-file", KEY);
  }
}
