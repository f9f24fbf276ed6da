package dev.firkin.cli.systemd;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes away what {@code install} wrote. */
@Command(
    name = "uninstall",
    description = "Stop the timer, and delete firkin.service and firkin.timer.",
    footer = {
      "",
      "Deletes only what 'firkin systemd install' wrote. A run that is under way goes on to its",
      "end. The configuration and the backups stay."
    })
public final class SystemdUninstallCommand implements Action {
  private final Session session;
  private final Systemd systemd = Systemd.ofThisMachine();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the units are (default: ${DEFAULT-VALUE}).")
  private Path folder = Systemd.UNITS;

  public SystemdUninstallCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    List<UnitFile> ours = new ArrayList<>();
    for (String name : List.of(Units.TIMER, Units.SERVICE)) {
      UnitFile file = new UnitFile(folder.resolve(name));
      file.requireNotSomebodys();
      if (file.owner() == UnitFile.Owner.FIRKIN) {
        ours.add(file);
      }
    }
    boolean loaded = systemd.loads(folder);
    if (loaded && ours.stream().anyMatch(f -> f.path().endsWith(Units.TIMER))) {
      systemd.systemctl("disable", "--now", Units.TIMER);
    }
    for (UnitFile file : ours) {
      file.delete();
    }
    if (loaded && !ours.isEmpty()) {
      systemd.systemctl("daemon-reload");
    }
    Console console = session.console();
    if (session.options().json()) {
      console.json(SystemdJson.uninstalled(ours));
    } else if (ours.isEmpty()) {
      console.info("there are no units of firkin in " + folder);
    } else {
      ours.forEach(file -> console.info("deleted " + file.path()));
    }
    return ExitCode.DONE;
  }
}
