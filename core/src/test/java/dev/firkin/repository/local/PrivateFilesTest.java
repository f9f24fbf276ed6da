package dev.firkin.repository.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
  private static final String UUID = "123e4567-e89b-12d3-a456-426614174000";

  @TempDir private Path folder;

  @Test
  void theCacheRemovesWhatKilledRunsLeftADayAgo() throws Exception {
    Path old = file(".key." + UUID + ".tmp", Duration.ofDays(2));
    Path recent = file(".key2." + UUID + ".tmp", Duration.ofHours(2));
    Path elses = file(".key.tmp", Duration.ofDays(2));

    ObjectCache cache = ObjectCache.in(folder);
    cache.put("snapshots/key", new byte[] {1});

    assertTrue(Files.notExists(old));
    assertTrue(Files.exists(recent));
    assertTrue(Files.exists(elses));
  }

  @Test
  void aCopyOfAnotherLengthIsNone() {
    ObjectCache cache = ObjectCache.in(folder);
    cache.put("snapshots/key", new byte[] {1, 2});

    assertEquals(Optional.empty(), cache.get("snapshots/key", 1));
    assertTrue(cache.get("snapshots/key", 2).isPresent());
  }

  private Path file(String name, Duration age) throws Exception {
    Path file = Files.createDirectories(folder.resolve("snapshots")).resolve(name);
    Files.writeString(file, "left");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }
}
