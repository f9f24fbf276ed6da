package dev.firkin.cli.config.btrbk;

import dev.firkin.cli.config.btrbk.BtrbkSection.Kind;
import dev.firkin.cli.config.btrbk.BtrbkSection.Option;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts the file into sections, and notes what means nothing here. */
final class BtrbkReader {
  private static final Pattern LINE = Pattern.compile("([A-Za-z_]+)\\s+(.+)|(noauto)");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"|'([^']*)'");

  /** Options that the conversion asks for. */
  private static final List<String> CARRIED =
      List.of(
          "timestamp_format",
          "snapshot_dir",
          "snapshot_name",
          "snapshot_create",
          "snapshot_preserve",
          "snapshot_preserve_min",
          "target_preserve",
          "target_preserve_min",
          "preserve_day_of_week",
          "preserve_hour_of_day",
          "rate_limit",
          "noauto");

  /** Why others are not carried over, by how they begin. */
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("ssh_", "firkin writes to a store and logs in nowhere"),
          Map.entry("stream_", "firkin compresses and buffers by itself"),
          Map.entry("raw_", "firkin compresses and encrypts by itself"),
          Map.entry("gpg_", "firkin encrypts to age recipients: 'firkin init'"),
          Map.entry("openssl_", "firkin encrypts to age recipients: 'firkin init'"),
          Map.entry("kdf_", "firkin encrypts to age recipients: 'firkin init'"),
          Map.entry("archive_", "there are no archives: add another repository"),
          Map.entry("transaction_", "the journal has what a run did"),
          Map.entry("lockfile", "two runs keep off each other without"),
          Map.entry("backend", "firkin calls btrfs by itself, as root"),
          Map.entry("compat", "firkin calls btrfs by itself"),
          Map.entry("btrfs_", "nothing like it is needed"),
          Map.entry("group", "'firkin run' takes the names of volumes"),
          Map.entry("incremental", "firkin chooses parents by itself: see chain and full_every"),
          Map.entry("rate_limit_remote", "there is no remote side: see limit_upload"),
          Map.entry("resume_missing", "unfinished pushes are always resumed"),
          Map.entry("snapshot_create_always", "of an old btrbk: see snapshot_create"),
          Map.entry("snapshot_preserve_", "of an old btrbk: see preserve and preserve_min"),
          Map.entry("target_preserve_", "of an old btrbk: see preserve and preserve_min"));

  private final BtrbkSection root = BtrbkSection.root();
  private final List<BtrbkNote> notes;
  private BtrbkSection current = root;

  private BtrbkReader(List<BtrbkNote> notes) {
    this.notes = notes;
  }

  static BtrbkSection read(String text, List<BtrbkNote> notes) {
    BtrbkReader reader = new BtrbkReader(notes);
    int line = 0;
    for (String content : text.split("\\R", -1)) {
      line++;
      reader.line(line, content.replaceFirst("(^|\\s)#.*$", "").strip());
    }
    return reader.root;
  }

  private void line(int line, String content) {
    if (content.isEmpty()) {
      return;
    }
    Matcher matcher = LINE.matcher(content);
    if (!matcher.matches()) {
      notes.add(new BtrbkNote(line, content, "not understood"));
      return;
    }
    boolean alone = matcher.group(3) != null; // btrbk takes it for yes
    String key = (alone ? matcher.group(3) : matcher.group(1)).toLowerCase(Locale.ROOT);
    Option option = new Option(line, key, alone ? "yes" : unquoted(matcher.group(2)));
    switch (key) {
      case "volume" -> current = root.begin(Kind.VOLUME, option);
      case "subvolume" ->
          current = current.within(Kind.VOLUME, Kind.ROOT).begin(Kind.SUBVOLUME, option);
      case "target" ->
          current =
              current.within(Kind.SUBVOLUME, Kind.VOLUME, Kind.ROOT).begin(Kind.TARGET, option);
      default -> option(option);
    }
  }

  private void option(Option option) {
    current.set(option);
    boolean asHere = option.key().equals("incremental") && option.value().equals("yes");
    boolean off = option.value().equals("no") && !option.key().startsWith("incremental");
    if (!CARRIED.contains(option.key()) && !asHere && !(off && known(option.key()))) {
      String said = option.key() + " " + option.value();
      notes.add(new BtrbkNote(option.line(), said, reason(option.key())));
    }
  }

  private static boolean known(String key) {
    return REASONS.keySet().stream().anyMatch(key::startsWith);
  }

  private static String reason(String key) {
    return REASONS.entrySet().stream()
        .filter(entry -> key.startsWith(entry.getKey()))
        .max((a, b) -> Integer.compare(a.getKey().length(), b.getKey().length()))
        .map(Map.Entry::getValue)
        .orElse("there is nothing like it");
  }

  private static String unquoted(String value) {
    Matcher matcher = QUOTED.matcher(value);
    return matcher.matches()
        ? String.valueOf(matcher.group(1) == null ? matcher.group(2) : matcher.group(1))
        : value;
  }
}
