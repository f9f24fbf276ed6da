package dev.firkin.cli.demo;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.session.FailedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FreeSpaceTest {
  @TempDir private Path folder;

  @Test
  void refusesAFolderWithTooLittle() {
    FailedException e =
        assertThrows(FailedException.class, () -> FreeSpace.require(folder, Long.MAX_VALUE));
    assertTrue(e.getMessage().contains("the demo needs 8.0 EiB"), e.getMessage());
    assertTrue(e.hint().orElseThrow().contains("--dir DIR"), e.hint().orElseThrow());
  }

  @Test
  void takesAFolderWithEnough() {
    assertDoesNotThrow(() -> FreeSpace.require(folder, 1));
  }
}
