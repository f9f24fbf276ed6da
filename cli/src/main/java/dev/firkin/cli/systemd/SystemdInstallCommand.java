package dev.firkin.cli.systemd;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.Folders;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import dev.firkin.cli.text.Durations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes service and timer, and starts the timer where systemd runs. */
@Command(
    name = "install",
    description = "Write firkin.service and firkin.timer, and start the timer.",
    footer = {
      "",
      "Replaces what it wrote before, and no other file. Variables for the service, such as",
      "AWS_ACCESS_KEY_ID, go into 'environment' in the configuration folder, one NAME=VALUE a",
      "line. Where systemd does not run, only the files are written.",
      "",
      "Examples:",
      "  firkin systemd install",
      "  firkin systemd install --on-calendar 'Mon..Fri 02:30' --random-delay 30m",
      "  firkin systemd install --dry-run"
    })
public final class SystemdInstallCommand implements Action {
  /** Where the launcher says that it is. */
  private static final String LAUNCHER = "FIRKIN_LAUNCHER";

  /** Whose values at the installation are those of the service. */
  private static final List<String> KEPT =
      List.of("FIRKIN_CONFIG_DIR", "FIRKIN_STATE_DIR", "FIRKIN_JAVA_HOME", "JAVA_HOME");

  private final Session session;
  private final Systemd systemd = Systemd.ofThisMachine();

  @Option(
      names = "--on-calendar",
      paramLabel = "WHEN",
      description = "When to run, as systemd.time(7) has it (default: ${DEFAULT-VALUE}).")
  private String onCalendar = "daily";

  @Option(
      names = "--random-delay",
      paramLabel = "DURATION",
      description = "Put the start off by up to this, at random (default: 1h).")
  private Duration randomDelay = Duration.ofHours(1);

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the units go (default: ${DEFAULT-VALUE}).")
  private Path folder = Systemd.UNITS;

  @Option(names = "--dry-run", description = "Print the units and write nothing.")
  private boolean dryRun;

  public SystemdInstallCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    if (randomDelay.equals(Durations.FOREVER)) {
      throw new UsageException("--random-delay forever would never run", "use 1h, for example");
    }
    systemd.requireCalendar(onCalendar);
    Units units = units();
    UnitFile service = new UnitFile(folder.resolve(Units.SERVICE));
    UnitFile timer = new UnitFile(folder.resolve(Units.TIMER));
    service.requireNotSomebodys();
    timer.requireNotSomebodys();
    boolean starts = systemd.loads(folder);
    if (dryRun) {
      report(units, service, timer, starts);
      return ExitCode.DONE;
    }
    service.write(units.service());
    timer.write(units.timer());
    if (starts) {
      systemd.systemctl("daemon-reload");
      systemd.systemctl("enable", "--now", Units.TIMER);
      // One that is running goes by the old times until it is started again.
      systemd.systemctl("restart", Units.TIMER);
    }
    report(units, service, timer, starts);
    return ExitCode.DONE;
  }

  private Units units() throws FirkinException {
    Path launcher =
        session
            .host()
            .variable(LAUNCHER)
            .map(Path::of)
            .orElseThrow(() ->
                new FailedException(
                    "firkin was not started by its launcher, so that the units cannot name it",
                    "start it by the script 'firkin'"));
    Map<String, String> environment = new LinkedHashMap<>();
    for (String name : KEPT) {
      session.host().variable(name).ifPresent(value -> environment.put(name, value));
    }
    Folders folders = session.folders();
    return Units.of(
        launcher.toAbsolutePath().normalize(),
        session.configFile().toAbsolutePath().normalize(),
        new Folders(folders.configuration().toAbsolutePath(), folders.state().toAbsolutePath()),
        environment,
        onCalendar,
        randomDelay);
  }

  private void report(Units units, UnitFile service, UnitFile timer, boolean starts) {
    Console console = session.console();
    if (session.options().json()) {
      console.json(SystemdJson.installed(dryRun, service, timer, starts && !dryRun));
      return;
    }
    if (dryRun) {
      console.data("# " + service.path());
      units.service().lines().forEach(console::data);
      console.data("");
      console.data("# " + timer.path());
      units.timer().lines().forEach(console::data);
      return;
    }
    console.info("wrote " + service.path());
    console.info("wrote " + timer.path());
    console.info(
        starts
            ? "started firkin.timer; 'systemctl list-timers firkin.timer' says when it is due"
            : "systemd does not run here, or loads no units from "
                + folder
                + "; where it does: systemctl daemon-reload && systemctl enable --now"
                + " firkin.timer");
    List<String> here =
        session.host().environment().keySet().stream()
            .filter(name -> name.startsWith("AWS_"))
            .sorted()
            .toList();
    if (!here.isEmpty() && !Files.exists(units.environmentFile())) {
      console.warning(
          "the service does not see "
              + String.join(", ", here)
              + ": write what it needs of them into "
              + units.environmentFile()
              + " (mode 0600, one NAME=VALUE a line), or endpoint_url and profile into"
              + " firkin.toml");
    }
    if (!Files.exists(units.configFile())) {
      console.warning(units.configFile() + " does not exist yet, and the service fails without it");
    }
  }
}
