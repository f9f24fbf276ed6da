package dev.firkin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.TestHost.Ran;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.session.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code firkin config}. */
class ConfigCommandTest {
  @TempDir Path folder;
  private TestHost host;
  private Path file;

  @BeforeEach
  void setUp() throws Exception {
    host = new TestHost(folder, folder.resolve("repo"));
    file = Files.createDirectory(folder.resolve("config")).resolve("firkin.toml");
  }

  @Test
  void showsWhatASoundFileMeans() throws Exception {
    write(
        """
        [repository.nas]
        url = "%1$s/nas"
        preserve_min = "30d"
        window = "22:00-06:00"
        prune = "never"
        [repository.offsite]
        url = "s3://bucket/prefix"
        [volume.home]
        subvolume = "%1$s/home"
        snapshot_dir = "%1$s/snapshots"
        preserve_min = "2d"
        preserve = "14d"
        [volume.home.repository.nas]
        preserve = "4w"
        """);
    Files.createDirectory(folder.resolve("home"));
    Files.createDirectory(folder.resolve("snapshots"));
    Ran ran = done(host.run("config", "check"));
    assertEquals(
        List.of(
            "VOLUME SUBVOLUME SNAPSHOTS MADE KEPT HERE GOES TO",
            "home F/home F/snapshots/home.%Y%m%dT%H%M%S always 2d, 14d nas (30d, 4w), offsite",
            "",
            "REPOSITORY URL KEPT THERE PRUNED WINDOW",
            "nas file://F/nas 30d, no never 22:00-06:00",
            "offsite s3://bucket/prefix all every 7d 0h any time"),
        ran.lines().stream()
            .map(line -> line.replace(folder.toString(), "F"))
            .map(line -> line.replaceAll(" {2,}", " "))
            .toList());
    assertEquals(
        List.of(
            "firkin: warning: the subvolume of volume home is a folder, but no btrfs subvolume:"
                + " F/home",
            "firkin: warning: the folder of repository nas is not there: F/nas"),
        ran.stderr().lines().map(line -> line.replace(folder.toString(), "F")).toList());
    assertEquals(ran.out(), done(host.run("config")).out());
    JsonNode json = json(done(host.run("config", "check", "--json")));
    assertTrue(json.get("sound").asBoolean());
    assertEquals("14d", json.at("/volumes/0/preserve").asString());
    assertEquals("4w", json.at("/volumes/0/repositories/0/preserve").asString());
    assertEquals("offsite", json.at("/repositories/1/repository").asString());
    assertEquals(604800, json.at("/repositories/1/pruneEverySeconds").asInt());
    assertTrue(json.at("/repositories/0/pruneEverySeconds").isMissingNode());
    assertEquals(2, json.get("warnings").size());
  }

  @Test
  void tellsEveryMistake() throws Exception {
    write("[repository.nas]\nurl = \"nas\"\n[volume.home]\nsubvolum = \"/home\"\n");
    Ran ran = host.run("config", "check");
    assertEquals(ExitCode.USAGE, ran.exit(), ran::toString);
    assertEquals(
        List.of(
            file + ":2: \"url\" in [repository.nas]: 'nas' is a relative path",
            "    write the whole path, beginning with /",
            file + ":3: [volume.home] has no subvolume",
            "    write for example subvolume = \"/mnt/pool/home\"",
            file + ":3: [volume.home] has no snapshot_dir",
            "    write for example snapshot_dir = \"/mnt/pool/.snapshots\"",
            file + ":4: unknown key \"subvolum\" in [volume.home]",
            "    did you mean \"subvolume\"?",
            "4 mistakes: nothing is done with this file until they are corrected"),
        ran.lines());
    JsonNode json = json(host.run("config", "check", "--json"));
    assertFalse(json.get("sound").asBoolean());
    assertEquals(4, json.at("/problems/3/line").asInt());
    assertEquals("did you mean \"subvolume\"?", json.at("/problems/3/hint").asString());
  }

  @Test
  void theFileIsFoundByOptionVariableAndFolder() throws Exception {
    Ran none = host.run("config", "check", "--json");
    assertEquals(ExitCode.USAGE, none.exit(), none::toString);
    assertEquals("configuration", json(none).at("/error/code").asString());
    assertTrue(none.stderr().contains("there is no configuration file " + file), none.stderr());
    assertTrue(none.stderr().contains("firkin config example"), none.stderr());
    Path other = Files.writeString(folder.resolve("other.toml"), ConfigFile.example());
    done(host.run("config", "check", "--config", other.toString()));
    done(host.run("--config", other.toString(), "config"));
    host.with("FIRKIN_CONFIG", other);
    done(host.run("config", "check"));
  }

  @Test
  void whatIsNotThereOrOpenToOthersIsAWarning() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "x");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    write(
        """
        [repository.nas]
        url = "s3://FILL-IN-BUCKET/nas"
        identity_file = ["%1$s/key", "%1$s/none"]
        [volume.home]
        subvolume = "%1$s/home"
        snapshot_dir = "%1$s/snapshots"
        [hooks]
        before = ["%1$s/key"]
        [metrics]
        file = "%1$s/metrics/firkin.prom"
        """);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    String said = done(host.run("config", "check")).stderr().replace(folder.toString(), "F");
    assertEquals(
        List.of(
            "F/config/firkin.toml can be changed by others, who could run programs by it",
            "the subvolume of volume home is not there: F/home",
            "the snapshot folder of volume home is not there: F/snapshots",
            "the url of repository nas is still to be filled in: s3://FILL-IN-BUCKET/nas",
            "a key of repository nas can be read by everybody: chmod 600 F/key",
            "a key of repository nas is not there, or cannot be read: F/none",
            "the hook F/key is no program that can be run",
            "the folder for metrics is not there: F/metrics"),
        said.lines().map(line -> line.replace("firkin: warning: ", "")).toList());
  }

  @Test
  void theExampleIsAFileThatCanBeUsed() throws Exception {
    Files.writeString(file, done(host.run("config", "example")).out());
    done(host.run("config", "check"));
    assertEquals(
        ConfigFile.example(), json(host.run("config", "example", "--json")).get("toml").asString());
  }

  @Test
  void aFileOfBtrbkBecomesOneOfOurs() throws Exception {
    Path btrbk =
        Files.writeString(
            folder.resolve("btrbk.conf"),
            """
            lockfile /run/btrbk.lock
            volume /mnt/pool
              snapshot_dir snaps
              target send-receive /mnt/backup
              subvolume home
            """);
    Ran ran = done(host.run("config", "from-btrbk", btrbk.toString()));
    Files.writeString(file, ran.out());
    assertTrue(ran.stderr().contains("fill in the url of: backup"), ran.stderr());
    assertTrue(ran.stderr().contains("not as it was: 1;"), ran.stderr());
    String checked = done(host.run("config", "check")).stderr();
    assertTrue(checked.contains("still to be filled in: s3://FILL-IN-BUCKET/backup"), checked);
    JsonNode json = json(host.run("config", "from-btrbk", btrbk.toString(), "--json"));
    assertEquals(ran.out(), json.get("toml").asString());
    assertEquals(1, json.at("/notCarriedOver/0/line").asInt());
  }

  @Test
  void aFileOfBtrbkWithoutSubvolumesFails() throws Exception {
    Path empty = Files.createFile(folder.resolve("btrbk.conf"));
    Ran ran = host.run("config", "from-btrbk", empty.toString());
    assertEquals(ExitCode.FAILED, ran.exit(), ran::toString);
    assertTrue(ran.stderr().contains("no subvolume of"), ran.stderr());
    Ran none = host.run("config", "from-btrbk", folder.resolve("none").toString());
    assertEquals(ExitCode.FAILED, none.exit(), none::toString);
    assertTrue(none.stderr().contains("cannot be read"), none.stderr());
  }

  @ParameterizedTest
  @ValueSource(strings = {"config nonsense", "config from-btrbk", "config check x"})
  void whatMakesNoSenseIsAUsageError(String words) {
    Ran ran = host.run(words.split(" "));
    assertEquals(ExitCode.USAGE, ran.exit(), ran::toString);
    assertEquals(2, ran.stderr().lines().count(), ran::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"config --help", "help config", "config check -h", "config from-btrbk --help"})
  void helpFits(String words) {
    Ran ran = done(host.run(words.split(" ")));
    assertTrue(ran.out().startsWith("Usage: firkin config"), ran.out());
    ran.lines().forEach(line -> assertTrue(line.length() <= 90, line));
  }

  private void write(String toml) throws Exception {
    Files.writeString(file, toml.formatted(folder));
  }

  private static JsonNode json(Ran ran) {
    return JsonMapper.shared().readTree(ran.out());
  }

  private static Ran done(Ran ran) {
    assertEquals(ExitCode.DONE, ran.exit(), ran::toString);
    return ran;
  }
}
