package dev.firkin.cli.config.btrbk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigFile;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.config.VolumeConfig.SnapshotCreate;
import dev.firkin.cli.text.Bandwidth;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BtrbkConversionTest {
  private static final String REAL =
      """
      # /etc/btrbk/btrbk.conf of a laptop
      transaction_log            /var/log/btrbk.log
      lockfile                   /run/lock/btrbk.lock
      timestamp_format           long
      snapshot_preserve_min      2d
      snapshot_preserve          14d          # local ones
      target_preserve_min        no
      target_preserve            20d 10w *m
      preserve_day_of_week       monday
      preserve_hour_of_day       4
      stream_buffer              256m
      ssh_identity               /etc/btrbk/ssh/id_ed25519
      incremental                yes
      snapshot_dir               btrbk_snapshots

      volume /mnt/btr_pool
        target send-receive /mnt/btr_backup/laptop
          rate_limit 2m
        subvolume @home
          snapshot_create onchange
          target ssh://backup.example.com/mnt/btr_backup
            target_preserve_min all
        subvolume @
          snapshot_name rootfs
          timestamp_format short
          group system
          target_preserve 4w

      volume /mnt/data
        subvolume media/photos
          snapshot_create no
          snapshot_dir .snaps
          target raw /mnt/raw
            raw_target_encrypt gpg
        subvolume kvm-*
          target /mnt/btr_backup/laptop
        subvolume scratch

      volume ssh://other.example.com/mnt/pool
        subvolume system
      """;

  @Test
  void aRealFileIsCarriedOver() throws Exception {
    BtrbkConversion conversion = BtrbkConversion.of("btrbk.conf", REAL);
    Config config = read(conversion);
    assertEquals(3, conversion.volumes());
    assertEquals(4, config.calendar().hourOfDay());
    assertEquals(DayOfWeek.MONDAY, config.calendar().dayOfWeek());
    assertEquals(
        List.of("btr_backup", "laptop", "raw"),
        config.targets().stream().map(Target::name).toList());
    assertEquals(conversion.repositories(), config.targets().stream().map(Target::name).toList());
    Target laptop = config.target("laptop").orElseThrow();
    assertEquals("s3://FILL-IN-BUCKET/laptop", laptop.url().toString());
    assertEquals(Optional.of(Bandwidth.parse("2M")), laptop.limitUpload());
    assertEquals("no: 20d 10w *m", kept(laptop.retention()));
    assertEquals("all: no", kept(config.target("btr_backup").orElseThrow().retention()));

    VolumeConfig home = config.volume("home").orElseThrow();
    assertEquals(Path.of("/mnt/btr_pool/@home"), home.subvolume());
    assertEquals(Path.of("/mnt/btr_pool/btrbk_snapshots"), home.snapshotFolder());
    assertEquals(SnapshotCreate.ONCHANGE, home.snapshotCreate());
    assertEquals(
        "@home.20260304T0506",
        home.snapshotName()
            .name(Instant.parse("2026-03-04T05:06:07Z"), ZoneOffset.UTC, n -> false));
    assertTrue(home.snapshotPattern().matches("@home.20260304T0506_1"));
    assertTrue(home.snapshotPattern().nameOf("@home.old").isEmpty());
    assertEquals("2d: 14d", kept(home.localRetention()));
    assertEquals(List.of("btr_backup", "laptop"), names(home));

    VolumeConfig root = config.volume("rootfs").orElseThrow();
    assertEquals("rootfs.%Y%m%d", root.snapshotName().format());
    assertEquals(List.of("laptop"), names(root));
    assertEquals("no: 4w", kept(root.destinations().getFirst().retention()));

    VolumeConfig photos = config.volume("photos").orElseThrow();
    assertEquals(Path.of("/mnt/data/media/photos"), photos.subvolume());
    assertEquals(Path.of("/mnt/data/.snaps"), photos.snapshotFolder());
    assertEquals(SnapshotCreate.NEVER, photos.snapshotCreate());
    assertEquals("photos.[0-9]*", photos.snapshotPattern().glob());
  }

  /** What is not understood keeps all: a shorter policy would delete. */
  @Test
  void whatIsKeptIsNeverLessThanBtrbkKept() throws Exception {
    BtrbkConversion conversion =
        BtrbkConversion.of(
            "btrbk.conf",
            """
            snapshot_preserve_min 2d
            snapshot_preserve 14D 8W
            volume /mnt/pool
              target /mnt/backup
              subvolume home
              subvolume mail
                snapshot_preserve 14 days
              subvolume idle
                noauto
            volume /
              target /mnt/backup
              subvolume .
                snapshot_dir snapshots
            """);
    Config config = read(conversion);
    assertEquals("2d: 14d 8w", kept(config.volume("home").orElseThrow().localRetention()));
    assertEquals("all: no", kept(config.volume("mail").orElseThrow().localRetention()));
    assertEquals(Optional.empty(), config.volume("idle"));
    VolumeConfig root = config.volume("ROOT").orElseThrow();
    assertTrue(root.snapshotPattern().matches("ROOT.20260304T0506"));
    assertEquals(3, conversion.volumes());
  }

  @Test
  void everyLineThatIsLostIsNamed() {
    BtrbkConversion conversion = BtrbkConversion.of("btrbk.conf", REAL);
    assertEquals(
        List.of(
            "subvolume /mnt/data/scratch (left out: it has no target to go to)",
            "line 2: transaction_log /var/log/btrbk.log (the journal has what a run did)",
            "line 3: lockfile /run/lock/btrbk.lock (two runs keep off each other without)",
            "line 11: stream_buffer 256m (firkin compresses and buffers by itself)",
            "line 12: ssh_identity /etc/btrbk/ssh/id_ed25519"
                + " (firkin writes to a store and logs in nowhere)",
            "line 26: group system ('firkin run' takes the names of volumes)",
            "line 34: raw_target_encrypt gpg (firkin compresses and encrypts by itself)",
            "line 35: subvolume kvm-* (a pattern: name each subvolume)",
            "line 39: volume ssh://other.example.com/mnt/pool"
                + " (firkin runs on the host that has the subvolume)"),
        conversion.notes().stream().map(BtrbkNote::toString).toList());
    conversion
        .notes()
        .forEach(
            note -> assertTrue(conversion.toml().contains("#   " + note + "\n"), note::toString));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense|not understood",
        "frobnicate yes|nothing like it",
        "snapshot_preserve 14x|not understood",
        "snapshot_preserve 14d|changes nothing",
        "target_preserve_min weekly|not understood",
        "rate_limit fast|not understood",
        "preserve_hour_of_day 24|not understood",
        "preserve_day_of_week someday|not understood",
        "timestamp_format long-iso|no time zone",
        "snapshot_create ondemand|taken for always",
        "incremental strict|chooses parents by itself",
        "snapshot_preserve_daily 14|of an old btrbk",
        "archive_preserve 4w|there are no archives",
        "noauto yes|left out for its noauto",
        "rate_limit_remote 1m|no remote side",
      })
  void whatHasNoCounterpartIsNoted(String line, String why) {
    BtrbkConversion conversion =
        BtrbkConversion.of(
            "x", line + "\nvolume /mnt\nsnapshot_dir s\nsubvolume a\ntarget /backup\n");
    String notes = conversion.notes().toString();
    assertTrue(notes.contains(why), notes);
    assertEquals(1, conversion.notes().size(), notes);
  }

  @ParameterizedTest
  @CsvSource({"ssh_compression no", "lockfile no", "incremental yes", "stream_compress no"})
  void whatIsOffIsNotMissed(String line) {
    assertEquals(List.of(), BtrbkConversion.of("x", line).notes());
  }

  @Test
  void withoutATargetThereIsAPlaceToGoTo() throws Exception {
    BtrbkConversion conversion = BtrbkConversion.of("x", "snapshot_dir /snaps\nsubvolume /home\n");
    VolumeConfig home = read(conversion).volume("home").orElseThrow();
    assertEquals(Path.of("/home"), home.subvolume());
    assertEquals(Path.of("/snaps"), home.snapshotFolder());
    assertEquals(List.of("offsite"), names(home));
    assertEquals("all: no", kept(home.localRetention()));
  }

  @Test
  void namesThatAreTakenOrStrangeAreChanged() throws Exception {
    Config config =
        read(
            BtrbkConversion.of(
                "x",
                """
                volume /mnt/a
                  target /backup/x
                  target /mnt/"b/x
                  subvolume @
                  subvolume we?rd"
                volume /mnt/b
                  target /backup/x
                  subvolume @
                """));
    assertEquals(
        List.of("root", "we-rd-", "root-2"),
        config.volumes().stream().map(VolumeConfig::name).toList());
    assertEquals(List.of("x", "x-2"), config.targets().stream().map(Target::name).toList());
  }

  @Test
  void snapshotsOfTwoInOneFolderAreKeptApart() throws Exception {
    BtrbkConversion conversion =
        BtrbkConversion.of(
            "x", "volume /a\ntarget /b\nsubvolume x\nsubvolume y\nsnapshot_name x\n");
    assertEquals(1, read(conversion).volumes().size());
    assertTrue(conversion.notes().toString().contains("could be those of /a/x"));
  }

  @Test
  void aFileWithoutSubvolumesGivesNone() {
    BtrbkConversion conversion = BtrbkConversion.of("x", "volume /mnt\n");
    assertEquals(0, conversion.volumes());
    assertEquals(List.of(), conversion.repositories());
  }

  private static List<String> names(VolumeConfig volume) {
    return volume.destinations().stream()
        .map(Destination::target)
        .map(Target::name)
        .sorted()
        .toList();
  }

  private static String kept(dev.firkin.retention.RetentionPolicy policy) {
    return policy.min() + ": " + policy.preserve();
  }

  static Config read(BtrbkConversion conversion) throws Exception {
    return ConfigFile.parse(
        Path.of("/x"), conversion.toml().getBytes(StandardCharsets.UTF_8), ZoneOffset.UTC);
  }
}
