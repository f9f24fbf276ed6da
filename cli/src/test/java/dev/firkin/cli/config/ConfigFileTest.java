package dev.firkin.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.config.VolumeConfig.Chain;
import dev.firkin.cli.config.VolumeConfig.SnapshotCreate;
import dev.firkin.cli.text.Bandwidth;
import dev.firkin.cli.text.Durations;
import dev.firkin.retention.Preserve;
import dev.firkin.retention.PreserveMin;
import dev.firkin.retention.RetentionCalendar;
import dev.firkin.retention.RetentionPolicy;
import dev.firkin.store.ChecksumMode;
import dev.firkin.store.ObjectKind;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final Path FILE = Path.of("/etc/firkin/firkin.toml");
  private static final String LEAST =
      """
      [repository.nas]
      url = "/mnt/nas/firkin"
      [volume.home]
      subvolume = "/mnt/pool/home"
      snapshot_dir = "/mnt/pool/.snapshots"
      """;

  @TempDir Path folder;

  @Test
  void eachKindMayHaveItsStorageClass() throws Exception {
    Config config =
        parse(
            """
            [repository.nas]
            url = "s3://bucket"
              [repository.nas.storage_class]
              chunks = "DEEP_ARCHIVE"
              manifests = "STANDARD_IA"

            [volume.home]
            subvolume = "/mnt/pool/home"
            snapshot_dir = "/mnt/pool/.snapshots"
            """);
    assertEquals(
        Map.of(ObjectKind.CHUNKS, "DEEP_ARCHIVE", ObjectKind.MANIFESTS, "STANDARD_IA"),
        config.target("nas").orElseThrow().storeOptions().storageClasses());
  }

  @Test
  void everySettingArrives() throws Exception {
    Config config =
        parse(
            """
            host = "nas"

            [retention]
            hour_of_day = 4
            day_of_week = "monday"
            day_of_month = 2

            [repository.offsite]
            url = "s3://bucket/prefix"
            endpoint_url = "https://s3.example.com:9000"
            region = "eu-central-1"
            profile = "backup"
            path_style = true
            storage_class = "STANDARD_IA"
            object_lock = "30d"
            object_lock_mode = "compliance"
            checksums = "when_required"
            identity_file = ["/etc/firkin/a", "/etc/firkin/b"]
            passphrase_file = "/etc/firkin/passphrase"
            limit_upload = "2M"
            limit_download = "20Mbit"
            compression = 7
            jobs = 8
            max_outage = "2h"
            window = "22:00-06:00"
            preserve_min = "30d"
            preserve = "8w *y"
            prune = "never"
            grace = "1d"
            missing_parents = true

            [repository.nas]
            url = "/mnt/nas/firkin"
            identity_file = "/etc/firkin/c"

            [volume.home]
            subvolume = "/mnt/pool/home"
            snapshot_dir = "/mnt/pool/.snapshots"
            snapshot_name = "h-%Y-%m-%d_%H%M"
            snapshot_create = "onchange"
            snapshot_pattern = "h-*"
            preserve_min = "2d"
            preserve = "14d"
            repositories = ["nas", "offsite"]
            chain = "linear"
            full_every = "90d"
            max_age = "2d"
              [volume.home.repository.offsite]
              preserve = "4w"

            [hooks]
            before = ["/bin/a", "b"]
            after = ["/bin/c"]
            ping_url = "https://health.example.com/1"
            timeout = "10m"

            [metrics]
            file = "/var/lib/firkin.prom"
            """);
    RetentionCalendar calendar =
        new RetentionCalendar(ZONE, 4, DayOfWeek.MONDAY, OptionalInt.of(2));
    assertEquals(Optional.of("nas"), config.host());
    assertEquals(calendar, config.calendar());
    assertEquals(
        new Target(
            "offsite",
            StoreUrl.parse("s3://bucket/prefix"),
            StoreOptions.defaults()
                .withEndpoint(URI.create("https://s3.example.com:9000"))
                .withRegion("eu-central-1")
                .withProfile("backup")
                .withPathStyle(true)
                .withStorageClass(ObjectKind.CHUNKS, "STANDARD_IA")
                .withObjectLock(new ObjectLock(ObjectLock.Mode.COMPLIANCE, Duration.ofDays(30)))
                .withChecksums(ChecksumMode.WHEN_REQUIRED),
            new Target.Keys(
                List.of(Path.of("/etc/firkin/a"), Path.of("/etc/firkin/b")),
                Optional.of(Path.of("/etc/firkin/passphrase"))),
            Optional.of(Bandwidth.parse("2M")),
            Optional.of(Bandwidth.parse("20Mbit")),
            OptionalInt.of(7),
            OptionalInt.of(8),
            Optional.of(Duration.ofHours(2)),
            Optional.of(new PushWindow(LocalTime.of(22, 0), LocalTime.of(6, 0))),
            policy("30d", "8w *y", calendar),
            Optional.empty(),
            Duration.ofDays(1),
            true),
        config.target("offsite").orElseThrow());
    Target nas = config.target("nas").orElseThrow();
    assertEquals(List.of(Path.of("/etc/firkin/c")), nas.keys().identityFiles());
    VolumeConfig home = config.volume("home").orElseThrow();
    assertEquals(
        new VolumeConfig(
            "home",
            Path.of("/mnt/pool/home"),
            Path.of("/mnt/pool/.snapshots"),
            SnapshotNameFormat.parse("h-%Y-%m-%d_%H%M"),
            new SnapshotPattern("h-*"),
            SnapshotCreate.ONCHANGE,
            policy("2d", "14d", calendar),
            List.of(
                new Destination(nas, RetentionPolicy.everything(calendar)),
                new Destination(
                    config.target("offsite").orElseThrow(), policy("30d", "4w", calendar))),
            Chain.LINEAR,
            Optional.of(Duration.ofDays(90)),
            Duration.ofDays(2)),
        home);
    assertEquals(
        new Hooks(
            List.of("/bin/a", "b"),
            List.of("/bin/c"),
            Optional.of(URI.create("https://health.example.com/1")),
            Duration.ofMinutes(10)),
        config.hooks());
    assertEquals(Optional.of(Path.of("/var/lib/firkin.prom")), config.metricsFile());
  }

  @Test
  void whatIsNotSaidIsCautious() throws Exception {
    Config config = parse(LEAST);
    RetentionCalendar calendar = RetentionCalendar.standard(ZONE);
    Target nas = config.targets().getFirst();
    assertEquals(RetentionPolicy.everything(calendar), nas.retention());
    assertEquals(StoreOptions.defaults(), nas.storeOptions());
    assertEquals(Optional.of(Duration.ofDays(7)), nas.pruneEvery());
    assertEquals(Duration.ofDays(7), nas.pruneGrace());
    assertEquals(Optional.empty(), nas.maxOutage());
    assertEquals(OptionalInt.empty(), nas.jobs());
    VolumeConfig home = config.volumes().getFirst();
    assertEquals(RetentionPolicy.everything(calendar), home.localRetention());
    assertEquals("home.%Y%m%dT%H%M%S", home.snapshotName().format());
    for (String name : List.of("home.20260131T235958", "home.20260131T235958_1")) {
      assertEquals(Optional.of(name), home.snapshotPattern().nameOf(name));
    }
    for (String name : List.of("home.20260131T2359", "home.20260131T235958.old", "a/b")) {
      assertEquals(Optional.empty(), home.snapshotPattern().nameOf(name));
    }
    assertEquals(SnapshotCreate.ALWAYS, home.snapshotCreate());
    assertEquals(List.of(new Destination(nas, nas.retention())), home.destinations());
    assertEquals(Chain.LINEAR, home.chain());
    assertEquals(Duration.ofHours(36), home.maxAge());
    assertEquals(Hooks.NONE, config.hooks());
    assertEquals(FILE, config.file());
  }

  @Test
  void otherWaysToWriteTheSame() throws Exception {
    Config config =
        parse(
            """
            repository.nas.url = '/mnt/nas/firkin'
            repository.nas.max_outage = "forever"
            [volume]
            "home" = { subvolume = "/home", snapshot_dir = "/mnt/../snapshots/" }
            [volume.'other']
            subvolume = \"""/other\"""
            snapshot_dir = "/snapshots"
            snapshot_create = "never"
            snapshot_pattern = "*/snapshot"
            chain = "tree"
            """);
    assertEquals(Optional.of(Durations.FOREVER), config.targets().getFirst().maxOutage());
    assertEquals(Path.of("/snapshots"), config.volumes().getFirst().snapshotFolder());
    VolumeConfig other = config.volume("other").orElseThrow();
    assertEquals(Chain.TREE, other.chain());
    assertEquals(SnapshotCreate.NEVER, other.snapshotCreate());
    assertEquals(2, other.snapshotPattern().depth());
    assertEquals(Optional.of("12"), other.snapshotPattern().nameOf("12/snapshot"));
  }

  @Test
  void theExampleIsRightWithAndWithoutWhatCanBeLeftOut() throws Exception {
    String example = ConfigFile.example();
    Config least = parse(example);
    assertEquals(1, least.volumes().size());
    String whole = example.replaceAll("(?m)^#(?=[a-z_]+ = |\\[)", "");
    assertNotEquals(example, whole);
    Config most = parse(whole);
    assertEquals(2, most.volumes().size());
    assertTrue(most.metricsFile().isPresent() && most.hooks().pingUrl().isPresent());
    Target target = most.targets().getFirst();
    assertTrue(target.window().isPresent() && target.compression().isPresent());
    assertEquals(
        "4w 6m",
        most.volumes().getFirst().destinations().getFirst().retention().preserve().toString());
    // What the comments call defaults are the defaults.
    assertEquals(least.calendar().hourOfDay(), most.calendar().hourOfDay());
    assertEquals(least.volumes().getFirst().maxAge(), most.volumes().getFirst().maxAge());
    assertEquals(least.targets().getFirst().pruneEvery(), target.pruneEvery());
    assertEquals(
        least.volumes().getFirst().snapshotName(), most.volumes().getFirst().snapshotName());
    example.lines().forEach(line -> assertTrue(line.length() <= 110, line));
  }

  @Test
  void tellsEveryProblemWithItsLine() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                parse(
                    """
                    [repository.offsite]
                    url = "s3://bucket"
                    jobs = "4"

                    # a comment with a key: jobz = 1
                    [volume.home]
                    subvolume = "/home"
                    snapshot_dirr = "/snapshots"
                    """));
    assertEquals(
        List.of(
            "/etc/firkin/firkin.toml:3: \"jobs\" in [repository.offsite] is text",
            "/etc/firkin/firkin.toml:6: [volume.home] has no snapshot_dir",
            "/etc/firkin/firkin.toml:8: unknown key \"snapshot_dirr\" in [volume.home]"),
        e.problems().stream().map(p -> p.at(FILE)).toList());
    assertEquals(Optional.of("did you mean \"snapshot_dir\"?"), e.problems().getLast().hint());
    assertEquals(
        "/etc/firkin/firkin.toml:3: \"jobs\" in [repository.offsite] is text", e.getMessage());
    assertEquals(
        Optional.of("it has to be a whole number ('firkin config check' shows this and 2 more)"),
        e.hint());
  }

  @Test
  void saysWhatIsThereWhereNothingIsSimilar() {
    ConfigException e = refused(LEAST + "[metrics]\nfile = \"/a\"\nxyz = 1\n");
    assertEquals(FILE + ":8: unknown key \"xyz\" in [metrics]", e.getMessage());
    assertEquals(Optional.of("known are: file"), e.hint());
    assertEquals(Optional.of("did you mean \"hooks\"?"), refused(LEAST + "[hook]\n").hint());
  }

  @Test
  void aFileThatIsNotThereIsToldWithWhatHelps() throws Exception {
    Path none = folder.resolve("none.toml");
    ConfigException e = assertThrows(ConfigException.class, () -> ConfigFile.read(none, ZONE));
    assertEquals("there is no configuration file " + none, e.getMessage());
    assertTrue(e.hint().orElseThrow().contains("firkin config example"));
    assertTrue(
        assertThrows(ConfigException.class, () -> ConfigFile.read(folder, ZONE))
            .getMessage()
            .contains("cannot be read"));
    Path large = Files.write(folder.resolve("large.toml"), new byte[(1 << 20) + 1]);
    assertTrue(
        assertThrows(ConfigException.class, () -> ConfigFile.read(large, ZONE))
            .getMessage()
            .contains("longer than 1 MiB"));
    Path written = Files.writeString(folder.resolve("firkin.toml"), LEAST);
    assertEquals(written, ConfigFile.read(written, ZONE).file());
  }

  private static RetentionPolicy policy(String min, String preserve, RetentionCalendar calendar) {
    return new RetentionPolicy(PreserveMin.parse(min), Preserve.parse(preserve), calendar);
  }

  static ConfigException refused(String toml) {
    return assertThrows(ConfigException.class, () -> parse(toml));
  }

  static Config parse(String toml) throws ConfigException {
    return ConfigFile.parse(FILE, toml.getBytes(StandardCharsets.UTF_8), ZONE);
  }
}
