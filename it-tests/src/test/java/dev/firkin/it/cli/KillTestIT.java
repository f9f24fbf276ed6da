package dev.firkin.it.cli;

import dev.firkin.it.btrfs.LoopBtrfs;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code bench/kill-test}, which kills every command at random moments. Another
 * choice of moments: {@code -Dfirkin.kill.seed=N}; what it prints says which it was.
 */
@Timeout(300)
class KillTestIT {
  private static final int KILLS = 15;
  private static final int TREE_MIB = 8;

  @TempDir private Path folder;

  @Test
  void nothingIsLost() throws Exception {
    LoopBtrfs.need();
    try (Computer computer = Computer.in(folder.resolve("computer"))) {
      String seed = System.getProperty("firkin.kill.seed", "20261122");
      Path program = Path.of("../bench/kill-test").toAbsolutePath().normalize();
      Ended ended =
          computer.shell(
              "exec '%s' --kills %d --size %d --seed %s --folder '%s' --firkin \"$(type -P firkin)\""
                  .formatted(program, KILLS, TREE_MIB, seed, folder));
      System.out.print(ended.stdout());
      ended.succeeded();
    }
  }
}
