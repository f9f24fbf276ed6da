package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.json.RunJson;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.FailedException;
import dev.firkin.cli.session.Failure;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.session.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Does what the configuration file says, once. */
@Command(
    name = "run",
    description = "Snapshot, push to every repository, and drop what is kept no longer.",
    footer = {
      "",
      "All that it does stands in the configuration file ('firkin config example' prints one)."
          + " What",
      "fails is reported and does not stop the rest. What was not finished is finished first by"
          + " the",
      "next run. Two at once: the second one says so and exits with 4.",
      "",
      "Examples:",
      "  firkin run --dry-run",
      "  firkin run",
      "  firkin run home"
    })
public final class RunCommand implements Action {
  private final Session session;

  @Option(names = "--dry-run", description = "Only show what would be done, and why.")
  private boolean dryRun;

  @Option(
      names = "--metrics-file",
      paramLabel = "FILE",
      description = "Write metrics for Prometheus there, instead of where [metrics] says.")
  private @Nullable Path metricsFile;

  @Parameters(arity = "0..*", paramLabel = "VOLUME", description = "Only these volumes.")
  private List<String> names = new ArrayList<>();

  public RunCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    if (session.options().objectLock().isPresent()) {
      throw new UsageException(
          "'firkin run' locks what the configuration file says, and not --object-lock",
          "write object_lock = \"30d\" below [repository.NAME] in " + session.configFile());
    }
    Config config = session.config();
    List<VolumeConfig> volumes = chosen(config, names);
    Path stateFolder = session.folders().state();
    Session here = config.host().map(session::onHost).orElse(session);
    warnOfNoName(here.host().name());
    if (dryRun) {
      return new DryRun(here, config, RunState.read(stateFolder)).show(volumes);
    }
    try (RunLock _ = RunLock.take(stateFolder)) {
      HookRunner hooks =
          new HookRunner(config.hooks(), session.console(), session.host().environment());
      RunState state = RunState.read(stateFolder);
      before(hooks, state, config, volumes);
      RunReport report = new NightlyRun(here, config, state).run(volumes);
      // A signal must not keep the rest from being told; it is in the report.
      boolean interrupted = Thread.interrupted();
      keep(state, config, report);
      String json = json(report);
      if (session.options().json()) {
        session.console().json(json);
      } else {
        new RunText(session.console(), session.host().zone()).print(report);
      }
      if (interrupted) {
        hooks.afterSignal(json);
      } else {
        hooks.after(json, report.exit() == ExitCode.DONE);
      }
      return report.exit();
    }
  }

  private void warnOfNoName(String host) {
    if (host.equals("localhost") || host.startsWith("localhost.")) {
      session
          .console()
          .warning(
              "this host is called "
                  + host
                  + ", as many are: in a repository that several share they would drop each other's"
                  + " snapshots; write host = \"NAME\" at the top of "
                  + session.configFile());
    }
  }

  /** A program that says no is obeyed, and 'firkin status' tells so. */
  private void before(HookRunner hooks, RunState state, Config config, List<VolumeConfig> volumes)
      throws FirkinException, InterruptedException {
    boolean good;
    try {
      good = hooks.before();
    } catch (InterruptedException e) {
      hooks.afterSignal(outcome("unfinished"));
      throw e;
    }
    if (!good) {
      FailedException refused =
          new FailedException(
              "the hook before the run failed, so nothing was done",
              "it is named in [hooks] of " + session.configFile());
      String what = String.valueOf(refused.getMessage());
      for (VolumeConfig volume : volumes) {
        volume.destinations().forEach(d -> state.problem(volume.name(), d.target().name(), what));
      }
      keep(
          state,
          config,
          RunReport.ofNothing(session.host().clock().instant(), Failure.of(refused)));
      hooks.after(outcome("refused"), false);
      throw refused;
    }
  }

  private static String outcome(String outcome) {
    return "{\"type\":\"result\",\"outcome\":\"" + outcome + "\"}";
  }

  static List<VolumeConfig> chosen(Config config, List<String> names) throws UsageException {
    List<VolumeConfig> chosen = new ArrayList<>();
    for (String name : new LinkedHashSet<>(names)) {
      chosen.add(
          config
              .volume(name)
              .orElseThrow(() ->
                  new UsageException(
                      "there is no volume '" + name + "' in " + config.file(),
                      "there are: "
                          + config.volumes().stream()
                              .map(VolumeConfig::name)
                              .collect(Collectors.joining(", ")))));
    }
    return names.isEmpty() ? config.volumes() : List.copyOf(chosen);
  }

  private void keep(RunState state, Config config, RunReport report) {
    state.keep(session.console());
    Optional<Path> metrics = Optional.ofNullable(metricsFile).or(config::metricsFile);
    if (metrics.isPresent()) {
      try {
        MetricsFile.write(metrics.get(), config, state, report);
      } catch (IOException e) {
        session.console().warning("the metrics file " + metrics.get() + " was not written: " + e);
      }
    }
  }

  private static String json(RunReport report) {
    RunJson json =
        new RunJson()
            .run(report.began(), report.ended(), report.exit().name().toLowerCase(Locale.ROOT))
            .local(report.made(), report.dropped());
    report
        .results()
        .forEach(r ->
            json.result(
                r.volume(),
                r.target(),
                r.stored(),
                r.newBytes(),
                r.forgotten(),
                r.failure(),
                r.note()));
    report
        .pruned()
        .forEach(p ->
            json.pruned(
                p.target(), p.report().deleted().chunkBytes(), p.report().waiting().chunkBytes()));
    report
        .locked()
        .forEach(l ->
            json.locked(
                l.target(), l.report().extended(), l.report().looked(), l.report().until()));
    report.failures().forEach(t -> json.failure(t.with(), t.failure()));
    return json.toString();
  }
}
