package dev.firkin.cli.config.btrbk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.firkin.cli.config.ConfigException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in a btrbk.conf, the file that is made of it can be read. */
class BtrbkFuzzTest {
  @MethodSource("files")
  @FuzzTest
  void conversion(byte[] utf8) throws Exception {
    String text = new String(utf8, StandardCharsets.UTF_8);
    BtrbkConversion conversion = BtrbkConversion.of("fuzz", text);
    try {
      assertEquals(
          conversion.volumes(), BtrbkConversionTest.read(conversion).volumes().size(), text);
    } catch (ConfigException e) {
      assertEquals(0, conversion.volumes(), e::getMessage);
      assertTrue(e.problems().getFirst().line().isEmpty(), e::getMessage);
    }
  }

  static Stream<Arguments> files() {
    return Stream.of(
            """
            volume /mnt/pool
              snapshot_dir snaps
              subvolume @home
                target /backup
            """,
            """
            target ssh://host/x
            subvolume /a/b
            snapshot_dir /c
            snapshot_name x*[%y
            """,
            """
            snapshot_preserve_min 2d
            snapshot_preserve 14d *w
            rate_limit 1m
            volume /
            subvolume .
            """,
            """
            volume /a
            subvolume x
            target /b
            target_preserve_min 3d
            subvolume y
            target raw /b
            """,
            """
            timestamp_format long-iso
            preserve_hour_of_day 4
            preserve_day_of_week monday
            """)
        .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
  }
}
