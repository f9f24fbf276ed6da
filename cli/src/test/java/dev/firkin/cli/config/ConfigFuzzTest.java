package dev.firkin.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes in place of the configuration file. */
class ConfigFuzzTest {
  @MethodSource("files")
  @FuzzTest
  void file(byte[] toml) {
    long lines =
        1 + new String(toml, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
    try {
      Config config = ConfigFile.parse(Path.of("/f"), toml, ZoneOffset.UTC);
      for (VolumeConfig volume : config.volumes()) {
        assertFalse(volume.destinations().isEmpty());
        assertTrue(volume.subvolume().isAbsolute() && volume.snapshotFolder().isAbsolute());
        assertTrue(volume.snapshotPattern().overlaps(volume.snapshotPattern()));
        assertEquals(volume, config.volume(volume.name()).orElseThrow());
      }
    } catch (ConfigException e) {
      assertFalse(e.problems().isEmpty());
      for (ConfigProblem problem : e.problems()) {
        int line = problem.line().orElse(1);
        assertTrue(line >= 1 && line <= lines, problem::toString);
        assertFalse(problem.text().isBlank() || problem.text().contains("\n"), problem::toString);
      }
    }
  }

  static Stream<Arguments> files() {
    return Stream.of(
            ConfigFile.example(),
            ConfigFile.example().replaceAll("(?m)^#(?=[a-z_]+ = |\\[)", ""),
            "a.\"b\\u00e4\".'c' = [1, {x = \"\"\"\ny\\\"\"\"\"}, '''z''']\r\n[[d]]\n",
            "repository.a.url='/a'\nvolume.b={subvolume='/b',snapshot_dir='/c'}\n",
            "\ufeff[a]\nb = 1979-05-27T07:32:00Z # c\n[a]\n",
            "a = 0b" + "1".repeat(80) + "\nb = 1e9999999\nc = -nan\nd = 0x7fffffffffffffffff\n")
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }
}
