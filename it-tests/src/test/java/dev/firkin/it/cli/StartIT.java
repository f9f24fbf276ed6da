package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The start of the program, with the AOT cache that the build made for it and without. */
@Timeout(60)
class StartIT {
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

  @Test
  void takesItsClassesFromTheCache() throws Exception {
    assertTrue(loadedFrom("shared objects file"), "the build's own cache fits its jar");
  }

  @Test
  void goesWithoutACacheThatIsDamagedOrAnothersOrMissing() throws Exception {
    Path lib = Files.createDirectories(folder.resolve("elsewhere/lib"));
    Path jar = Computer.jar();
    try (var libraries = Files.list(jar.resolveSibling("lib"))) {
      for (Path library : libraries.toList()) {
        Files.copy(library, lib.resolve(library.getFileName()));
      }
    }
    Path copy = Files.copy(jar, lib.resolveSibling("firkin.jar"));
    computer.installFirkin(copy);
    startsWithoutAWord();

    Path cache = copy.resolveSibling("firkin.aot");
    Files.copy(jar.resolveSibling("firkin.aot"), cache);
    startsWithoutAWord();

    Files.write(cache, new byte[100_000]);
    startsWithoutAWord();
  }

  private void startsWithoutAWord() throws Exception {
    Ended ended = computer.run("--version").succeeded();
    assertEquals("", ended.stderr());
    assertTrue(ended.stdout().startsWith("firkin "), ended::toString);
    assertEquals(1, ended.stdout().lines().count(), ended::toString);
    assertTrue(loadedFrom("firkin.jar"), "from the jar");
  }

  /** Whether the main class comes from there, as the JVM tells. */
  private boolean loadedFrom(String source) throws Exception {
    Path log = folder.resolve("classes.log");
    computer.set("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + log);
    computer.run("--version").succeeded();
    computer.unset("JDK_JAVA_OPTIONS");
    List<String> lines = Files.readAllLines(log);
    return lines.stream()
        .anyMatch(l -> l.contains(" dev.firkin.cli.Firkin source: ") && l.contains(source));
  }
}
