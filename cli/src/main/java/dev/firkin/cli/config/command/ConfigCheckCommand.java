package dev.firkin.cli.config.command;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.ConfigException;
import dev.firkin.cli.config.ConfigProblem;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.SnapshotPattern;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.text.Durations;
import dev.firkin.cli.text.Table;
import dev.firkin.cli.text.Table.Align;
import dev.firkin.retention.PreserveMin;
import dev.firkin.retention.RetentionPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Reads the file, and looks whether what it names is there. */
@Command(
    name = "check",
    description = "Say what is wrong with the configuration file, or what it means.",
    footer = {
      "",
      "Contacts no store: 'firkin doctor' does. What is not there, such as a disk that is not",
      "mounted, is a warning.",
      "",
      "Example:",
      "  firkin config check --config ./firkin.toml"
    })
public final class ConfigCheckCommand implements Action {
  private final Session session;

  public ConfigCheckCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    Config config;
    try {
      config = session.config();
    } catch (ConfigException e) {
      if (e.problems().isEmpty()) {
        throw e;
      }
      refuse(session.configFile(), e.problems());
      return ExitCode.USAGE;
    }
    List<String> warnings = new ConfigExamination().of(config);
    if (session.options().json()) {
      session.console().json(ConfigJson.sound(config, warnings));
    } else {
      print(config);
    }
    warnings.forEach(session.console()::warning);
    return ExitCode.DONE;
  }

  private void refuse(Path file, List<ConfigProblem> problems) {
    Console console = session.console();
    if (session.options().json()) {
      console.json(ConfigJson.unsound(file, problems));
      return;
    }
    for (ConfigProblem problem : problems) {
      console.data(problem.at(file));
      problem.hint().ifPresent(hint -> console.data("    " + hint));
    }
    console.data(
        problems.size() == 1
            ? "1 mistake: nothing is done with this file until it is corrected"
            : problems.size()
                + " mistakes: nothing is done with this file until they are corrected");
  }

  private void print(Config config) {
    Table volumes =
        new Table()
            .column("VOLUME", Align.LEFT)
            .column("SUBVOLUME", Align.LEFT)
            .column("SNAPSHOTS", Align.LEFT)
            .column("MADE", Align.LEFT)
            .column("KEPT HERE", Align.LEFT)
            .column("GOES TO", Align.LEFT);
    for (VolumeConfig volume : config.volumes()) {
      volumes.row(
          volume.name(),
          volume.subvolume().toString(),
          volume.snapshotFolder() + "/" + names(volume),
          ConfigJson.word(volume.snapshotCreate()),
          kept(volume.localRetention()),
          volume.destinations().stream().map(this::destination).collect(Collectors.joining(", ")));
    }
    Table targets =
        new Table()
            .column("REPOSITORY", Align.LEFT)
            .column("URL", Align.LEFT)
            .column("KEPT THERE", Align.LEFT)
            .column("PRUNED", Align.LEFT)
            .column("WINDOW", Align.LEFT);
    for (Target target : config.targets()) {
      targets.row(
          target.name(),
          target.url().toString(),
          kept(target.retention()),
          target.pruneEvery().map(every -> "every " + Durations.format(every)).orElse("never"),
          target.window().map(Object::toString).orElse("any time"));
    }
    Console console = session.console();
    volumes.lines().forEach(console::data);
    console.data("");
    targets.lines().forEach(console::data);
  }

  private static String names(VolumeConfig volume) {
    boolean own = volume.snapshotPattern().equals(SnapshotPattern.of(volume.snapshotName()));
    return own ? volume.snapshotName().format() : volume.snapshotPattern().glob();
  }

  private String destination(Destination destination) {
    boolean own = !destination.retention().equals(destination.target().retention());
    return destination.target().name() + (own ? " (" + kept(destination.retention()) + ")" : "");
  }

  private static String kept(RetentionPolicy policy) {
    if (policy.min() instanceof PreserveMin.All) {
      return "all";
    }
    return policy.min() + ", " + policy.preserve();
  }
}
