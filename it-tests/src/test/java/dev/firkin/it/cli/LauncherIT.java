package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher itself, beside a program that is built, in a folder with a blank in its name. */
@Timeout(60)
class LauncherIT {
  @TempDir private Path folder;
  private Path launcher;
  private Computer computer;

  @BeforeEach
  void copyLauncher() throws Exception {
    launcher = Launchers.copy(folder.resolve("a folder"));
    computer = Computer.in(folder.resolve("computer"));
    computer.set("FIRKIN_JAVA_HOME", System.getProperty("java.home"));
  }

  @AfterEach
  void close() {
    computer.close();
  }

  private Ended start(String words) throws Exception {
    return computer.shell("'" + launcher + "' " + words);
  }

  @Test
  void startsTheProgramAlsoThroughALink() throws Exception {
    assertTrue(start("--version").succeeded().stdout().startsWith("firkin "));
    Path link = Files.createSymbolicLink(folder.resolve("computer/link"), launcher);
    Ended ended = computer.shell("'" + link + "' --version").succeeded();
    assertTrue(ended.stdout().startsWith("firkin "), ended::toString);
  }

  @Test
  void passesWordsAndExitStatusOn() throws Exception {
    start("show 'no such thing'  --repo /no/such/folder").failed(3, "/no/such/folder");
  }

  @Test
  void saysWhichJavaIsNone() throws Exception {
    computer.set("FIRKIN_JAVA_HOME", "/no/such/jdk");
    start("--version").failed(1, "/no/such/jdk", "JDK 25");
  }

  @Test
  void saysWhichJavaIsTooOld() throws Exception {
    Path old = Files.createDirectories(folder.resolve("old/bin"));
    Path java = Files.writeString(old.resolve("java"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(old.resolveSibling("release"), "JAVA_VERSION=\"17.0.9\"\n");
    computer.set("FIRKIN_JAVA_HOME", old.getParent().toString());
    start("--version").failed(1, "a JDK 17", "25 or newer");
  }

  @Test
  void saysThatMavenIsMissing() throws Exception {
    Files.delete(launcher.resolveSibling("cli/target/firkin.jar"));
    // All that a start takes, and no mvn.
    Path programs = Files.createDirectories(folder.resolve("programs"));
    for (String program : new String[] {"bash", "dirname", "readlink", "mkdir", "flock", "find"}) {
      String path = computer.shell("type -P " + program).succeeded().stdout().strip();
      Files.createSymbolicLink(programs.resolve(program), Path.of(path));
    }
    computer.set("PATH", programs.toString());
    start("--version").failed(1, "no mvn", "install Maven");
  }
}
