package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream of twice the heap that the launcher gives, random bytes that nothing makes smaller. */
@Timeout(300)
class LargeStreamIT {
  private static final int MEBIBYTES = 512;

  @TempDir private Path folder;
  private Computer computer;

  @BeforeEach
  void makeComputer() throws Exception {
    computer = Computer.in(folder.resolve("computer"));
  }

  @AfterEach
  void close() {
    computer.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1M", "4M"})
  void goesThroughASmallHeap(String chunkSize) throws Exception {
    String recipient = Computer.recipient(computer.makeIdentity());
    computer.use(folder.resolve("repository").toString());
    computer.run("init", "--recipient", recipient, "--chunk-size", chunkSize).succeeded();

    computer.shell("head -c %dM /dev/urandom > stream".formatted(MEBIBYTES)).succeeded();
    computer.shell("firkin push --stdin --name large < stream").succeeded();
    computer.shell("firkin restore large --stdout | cmp - stream").succeeded();
    Ended verified = computer.run("verify", "--read-data").succeeded();

    assertTrue(verified.stdout().contains("all is well"), verified::toString);
  }
}
