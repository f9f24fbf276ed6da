package dev.firkin.cli.systemd;

import dev.firkin.cli.session.Folders;
import dev.firkin.cli.session.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The text of the two units.
 *
 * @param launcher absolute
 * @param configFile absolute
 * @param folders that the service writes to, absolute
 * @param environment of the service, beside what systemd sets
 * @param onCalendar as systemd.time(7) has it
 * @param randomDelay by which the start is put off at most
 */
record Units(
    Path launcher,
    Path configFile,
    Folders folders,
    Map<String, String> environment,
    String onCalendar,
    Duration randomDelay) {
  static final String SERVICE = "firkin.service";
  static final String TIMER = "firkin.timer";

  /** By which a file of ours is known; the first line of each. */
  static final String MARK = "# Written by 'firkin systemd install'";

  private static final String HEAD =
      MARK + ", which replaces it. For changes of your own: systemctl edit ";

  /**
   * @throws UsageException if something in it cannot stand in a unit
   */
  static Units of(
      Path launcher,
      Path configFile,
      Folders folders,
      Map<String, String> environment,
      String onCalendar,
      Duration randomDelay)
      throws UsageException {
    Stream<String> texts =
        Stream.concat(
            Stream.of(
                launcher.toString(),
                configFile.toString(),
                folders.configuration().toString(),
                folders.state().toString(),
                onCalendar),
            environment.values().stream());
    for (String text : texts.toList()) {
      if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
        throw new UsageException(
            "'" + text.replaceAll("[\\p{Cc}\\p{Cf}]", "?") + "' cannot stand in a unit of systemd",
            "use names without control characters");
      }
    }
    return new Units(
        launcher,
        configFile,
        folders,
        new LinkedHashMap<>(environment),
        onCalendar.strip(),
        randomDelay);
  }

  /** A folder of variables, such as credentials, that the service reads where it is there. */
  Path environmentFile() {
    return folders.configuration().resolve("environment");
  }

  String service() {
    String variables =
        environment.entrySet().stream()
            .map(e -> "Environment=" + quoted(e.getKey() + "=" + e.getValue()) + "\n")
            .collect(Collectors.joining());
    return HEAD
        + SERVICE
        + """

        [Unit]
        Description=Snapshots of btrfs volumes, pushed to object storage
        Wants=network-online.target
        After=network-online.target

        [Service]
        # Not over before it is over: 'systemctl start firkin' waits, and says how it ended.
        Type=oneshot
        NotifyAccess=main
        TimeoutStartSec=infinity
        ExecStart=%s run --config %s
        # Unfinished, and goes on the next time.
        SuccessExitStatus=75
        # Only firkin is told to stop: it leaves a checkpoint, and ends 'btrfs send' itself.
        KillMode=mixed
        EnvironmentFile=-%s
        %s
        # Last in the line for disk and processor; but never without any, as under the policy 'idle', for
        # its lease in the repository has to be renewed.
        Nice=19
        CPUWeight=10
        IOSchedulingClass=idle
        IOWeight=10

        # What keeps btrfs from working is left out: devices, capabilities and the folders of users stay as
        # they are; and the JVM writes the code that it runs, so that MemoryDenyWriteExecute= would end it.
        ProtectSystem=full
        ReadWritePaths=%s
        NoNewPrivileges=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        ProtectKernelLogs=yes
        ProtectControlGroups=yes
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        SystemCallArchitectures=native
        UMask=0077
        """
            .formatted(
                quoted(launcher.toString()),
                argument(configFile.toString()),
                specifiers(environmentFile().toString()),
                variables,
                Stream.of(folders.configuration(), folders.state())
                    .map(folder -> quoted("-" + folder))
                    .distinct()
                    .collect(Collectors.joining(" ")));
  }

  String timer() {
    return HEAD
        + TIMER
        + """

        [Unit]
        Description=Nightly snapshots of btrfs volumes, pushed to object storage

        [Timer]
        OnCalendar=%s
        # So that not all hosts come to the store at once.
        RandomizedDelaySec=%ds
        # A run that was due while the machine was off is made up for.
        Persistent=true

        [Install]
        WantedBy=timers.target
        """
            .formatted(specifiers(onCalendar), randomDelay.toSeconds());
  }

  /** A word behind the program of a command line, in which a dollar sign begins a variable. */
  private static String argument(String text) {
    return quoted(text.replace("$", "$$"));
  }

  private static String quoted(String text) {
    String escaped = specifiers(text).replace("\\", "\\\\").replace("\"", "\\\"");
    return escaped.matches("[\\w@%+=:,./-]+") ? escaped : '"' + escaped + '"';
  }

  private static String specifiers(String text) {
    return text.replace("%", "%%");
  }
}
