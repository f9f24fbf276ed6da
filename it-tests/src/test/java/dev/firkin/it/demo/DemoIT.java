package dev.firkin.it.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.it.btrfs.LoopBtrfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DemoIT {
  private static final int UNFINISHED = 75;

  @TempDir private Path dir;

  @Test
  void tellsTheRecordedStoryAndLeavesNothing() throws Exception {
    DemoRun run = DemoRun.of(dir, List.of("--recorded"), (line, process) -> {});
    assertEquals(0, run.exit(), run.text());
    assertContains(run, "This is the recorded variant (as --recorded asks for)");
    assertContains(run, "Killed (exit status 137)");
    assertContains(run, "no snapshots in the repository");
    assertContains(run, "stored home/monday");
    assertContains(run, "all is well");
    assertContains(run, "All that was pushed came back identical");
    assertEquals(2, run.text().lines().filter(l -> l.startsWith("identical: ")).count());
    assertEquals(List.of(), DemoRun.leftIn(dir));
  }

  @Test
  void tellsTheStoryOnBtrfsAndLeavesNothing() throws Exception {
    LoopBtrfs.need();
    DemoRun run = DemoRun.of(dir, List.of(), (line, process) -> {});
    assertEquals(0, run.exit(), run.text());
    assertFalse(run.text().contains("recorded variant"), run.text());
    assertContains(run, "Killed (exit status 137)");
    assertContains(run, "delta on monday");
    assertContains(run, "all is well");
    assertContains(run, "All that was pushed came back identical");
    assertEquals(2, run.text().lines().filter(l -> l.startsWith("  identical: ")).count());
    assertEquals(List.of(), DemoRun.leftIn(dir));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"$ mount -o loop disk2.img disk2", "$ firkin restore home/tuesday --into disk2"})
  void leavesNothingWhenInterrupted(String moment) throws Exception {
    LoopBtrfs.need();
    interruptAt(moment, List.of());
  }

  @Test
  void leavesNothingWhenTheRecordedStoryIsInterrupted() throws Exception {
    interruptAt("$ firkin push --stdin", List.of("--recorded"));
  }

  @Test
  void refusesAFolderThatDoesNotExist() throws Exception {
    DemoRun run =
        DemoRun.of(dir, List.of("--recorded", "--dir", dir + "/none"), (line, process) -> {});
    assertEquals(1, run.exit(), run.text());
    assertContains(run, "firkin: hint: name a folder that exists");
    assertEquals(List.of(), DemoRun.leftIn(dir));
  }

  @Test
  void keepsEverythingWhereAsked() throws Exception {
    DemoRun run = DemoRun.of(dir, List.of("--recorded", "--keep"), (line, process) -> {});
    assertEquals(0, run.exit(), run.text());
    assertContains(run, "$ rm -r " + dir.resolve("stages").toRealPath());
    List<String> left = DemoRun.leftIn(dir);
    assertEquals(1, left.size(), left.toString());
    Path stage = Path.of(left.getFirst().substring("file ".length()));
    assertTrue(Files.isRegularFile(stage.resolve("repository").resolve("firkin.json")));
    assertEquals(
        -1, Files.mismatch(stage.resolve("monday.btrfs"), stage.resolve("restored-monday.btrfs")));
  }

  private void interruptAt(String moment, List<String> options)
      throws IOException, InterruptedException {
    AtomicBoolean sent = new AtomicBoolean();
    DemoRun run =
        DemoRun.of(
            dir,
            options,
            (line, process) -> {
              if (line.startsWith(moment) && sent.compareAndSet(false, true)) {
                interrupt(process);
              }
            });
    assertTrue(sent.get(), "never came to: " + moment + "\n" + run.text());
    assertEquals(UNFINISHED, run.exit(), run.text());
    assertContains(run, "the demo was ended; removing");
    assertFalse(run.text().contains("came back identical"), run.text());
    assertEquals(List.of(), DemoRun.leftIn(dir), run.text());
  }

  /** As Ctrl-C does, but to the program alone. */
  private static void interrupt(Process process) {
    try {
      int status = new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
      assertEquals(0, status);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertContains(DemoRun run, String expected) {
    String text = run.text().replaceAll("\\s+", " ");
    assertTrue(text.contains(expected), () -> "'" + expected + "' is not in\n" + run.text());
  }
}
