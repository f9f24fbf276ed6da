package dev.firkin.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFileTest {
  @TempDir private Path folder;

  @Test
  void removesWhatAKilledRunLeftOfTheSameFileAndNothingElse() throws Exception {
    Path underWay;
    try (NewFile first = NewFile.create(folder.resolve("file"))) {
      underWay = entries().getFirst();
      String name = underWay.getFileName().toString();
      String random = name.substring(name.length() - 8);
      Path leftover = folder.resolve(name.replace(random, "0123abcd"));
      Path longer = folder.resolve(name + "0");
      Path another = folder.resolve(".firkin-partial-mine");
      for (Path each : List.of(leftover, longer, another)) {
        Files.writeString(each, "content");
      }
      try (NewFile other = NewFile.create(folder.resolve("other"))) {
        assertTrue(Files.exists(leftover), "it is of another file");
        other.stream().write(1);
      }

      try (NewFile second = NewFile.create(folder.resolve("file"))) {
        second.stream().write("second".getBytes(StandardCharsets.UTF_8));
        assertTrue(Files.notExists(leftover));
        assertTrue(Files.exists(underWay), "another run writes it");
        second.publish(false);
      }

      first.stream().write("first".getBytes(StandardCharsets.UTF_8));
      first.publish(true);
      assertEquals("first", Files.readString(folder.resolve("file")));
      assertEquals(
          List.of(longer, another, folder.resolve("file")).stream().sorted().toList(), entries());
    }
  }

  private List<Path> entries() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
