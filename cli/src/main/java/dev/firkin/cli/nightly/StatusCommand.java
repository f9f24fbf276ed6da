package dev.firkin.cli.nightly;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.config.Config;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.Target;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.cli.json.RunJson;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.text.Table;
import dev.firkin.cli.text.Table.Align;
import dev.firkin.cli.text.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** How the volumes stand, by what the last runs on this host have seen. */
@Command(
    name = "status",
    description = "Show how old the last backup of every volume is, in every repository.",
    footer = {
      "",
      "By what the last runs have seen; asks no repository. Exits with 1 where a person is needed:",
      "where a run failed, or the last success is older than max_age in the configuration file.",
      "",
      "Examples:",
      "  firkin status",
      "  firkin status --json"
    })
public final class StatusCommand implements Action {
  /** The rest is counted. */
  private static final int NAMED = 3;

  private final Session session;

  public StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException {
    Config config = session.config();
    RunState state = RunState.read(session.folders().state());
    Instant now = session.host().clock().instant();
    Table table =
        new Table()
            .column("VOLUME", Align.LEFT)
            .column("REPOSITORY", Align.LEFT)
            .column("LAST SUCCESS", Align.LEFT)
            .column("AGE", Align.RIGHT)
            .column("NEWEST", Align.LEFT)
            .column("CHAIN", Align.RIGHT)
            .column("NEXT", Align.LEFT)
            .column("STATE", Align.LEFT);
    RunJson json = new RunJson();
    List<String> all = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Optional<Instant> running = RunLock.holder(session.folders().state());
    running.ifPresent(since ->
        notes.add("a run is at work since " + Times.minutes(since, session.host().zone())));
    for (VolumeConfig volume : config.volumes()) {
      for (Destination destination : volume.destinations()) {
        String target = destination.target().name();
        RunState.At at = state.at(volume.name(), target);
        List<String> problems = problems(volume, at, now);
        if (running.isEmpty() && at.problem().isEmpty()) {
          at.unfinished().ifPresent(half -> problems.add(isKilled(half)));
        }
        pruneProblem(destination.target(), state, now).ifPresent(problems::add);
        problems.forEach(problem -> all.add(volume.name() + " to " + target + ": " + problem));
        table.row(
            volume.name(),
            target,
            at.lastSuccess().map(t -> Times.minutes(t, session.host().zone())).orElse("never"),
            at.lastSuccess().map(t -> age(Duration.between(t, now))).orElse("-")
                + " of "
                + age(volume.maxAge()),
            at.newest().orElse("-"),
            at.chainLength() == 0 ? "-" : Integer.toString(at.chainLength()),
            next(at),
            word(problems.isEmpty(), at, running.isPresent()));
        json.status(status(volume, target, at, problems));
        held(volume, target, at).ifPresent(notes::add);
      }
      List<RunState.HeldHere> here = state.heldHere(volume.name());
      json.heldHere(
          volume.name(),
          here.stream()
              .collect(
                  Collectors.toMap(
                      RunState.HeldHere::snapshot,
                      RunState.HeldHere::reason,
                      (a, b) -> a,
                      LinkedHashMap::new)));
      here.forEach(each ->
          notes.add(
              "%s: %s stays here beyond its policy: %s"
                  .formatted(volume.name(), each.snapshot(), each.reason())));
    }
    if (session.options().json()) {
      session.console().json(json.toString());
    } else {
      table.lines().forEach(session.console()::data);
      all.forEach(session.console()::data);
      notes.forEach(session.console()::data);
    }
    return all.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static String word(boolean good, RunState.At at, boolean running) {
    if (at.unfinished().isEmpty()) {
      return good ? "ok" : "PROBLEM";
    }
    return running && at.problem().isEmpty() ? "SENDING" : "UNFINISHED";
  }

  private static String isKilled(RunState.Unfinished half) {
    return half.snapshot()
        + " is not stored yet: the run that was at it was killed; the next one goes on with it";
  }

  /** On what tomorrow's snapshot goes. */
  private static String next(RunState.At at) {
    return at.next()
        .map(next ->
            next.parent()
                .map(p -> at.newest().filter(p::equals).isPresent() ? "on the newest" : "on " + p)
                .orElse("full"))
        .orElse("-");
  }

  private static RunJson.Status status(
      VolumeConfig volume, String target, RunState.At at, List<String> problems) {
    return new RunJson.Status(
        volume.name(),
        target,
        at.lastSuccess(),
        volume.maxAge(),
        at.newest(),
        at.chainLength(),
        at.next().map(next -> next.parent().orElse("")),
        at.unfinished().map(RunState.Unfinished::snapshot),
        at.unfinished().flatMap(RunState.Unfinished::percent),
        at.held(),
        problems);
  }

  /** Chains are not broken, so some stay that no policy asks for. */
  private static Optional<String> held(VolumeConfig volume, String target, RunState.At at) {
    if (at.held().isEmpty()) {
      return Optional.empty();
    }
    int more = at.held().size() - NAMED;
    return Optional.of(
        "%s in %s: %s%s beyond the policy, for what is kept is based on %s"
            .formatted(
                volume.name(),
                target,
                at.held().stream().limit(NAMED).collect(Collectors.joining(", ")),
                (more > 0 ? " and " + more + " more" : "")
                    + (at.held().size() == 1 ? " stays" : " stay"),
                at.held().size() == 1 ? "it" : "them"));
  }

  private static List<String> problems(VolumeConfig volume, RunState.At at, Instant now) {
    List<String> problems = new ArrayList<>();
    at.problem()
        .ifPresent(problem ->
            problems.add(
                at.unfinished()
                    .map(half ->
                        "%s is not stored yet%s: %s"
                            .formatted(
                                half.snapshot(),
                                half.percent().map(p -> ", " + p + "% of it is").orElse(""),
                                problem))
                    .orElse(problem)));
    Optional<Duration> age = at.lastSuccess().map(t -> Duration.between(t, now));
    if (age.filter(Duration::isNegative).isPresent()) {
      problems.add("the last success lies in the future: a clock is, or was, wrong");
    }
    if (age.isEmpty()) {
      problems.add("there was no success yet");
    } else if (age.get().compareTo(volume.maxAge()) > 0) {
      problems.add("the last success is " + age(age.get()) + " old, older than max_age");
    } else {
      volume
          .staleness(at.newestTime(), now)
          .ifPresent(old ->
              problems.add(
                  "all is stored, but the newest snapshot is "
                      + age(old)
                      + " old: does anybody make them?"));
    }
    return problems;
  }

  /** Others at work put it off by days, and nobody would see it if it were for ever. */
  private static Optional<String> pruneProblem(Target target, RunState state, Instant now) {
    return target
        .pruneEvery()
        .flatMap(every ->
            state
                .pruned(target.name())
                .map(last -> Duration.between(last, now))
                .filter(since -> since.compareTo(every.multipliedBy(3)) > 0)
                .map(since ->
                    "nothing was pruned for %s, and it should be every %s"
                        .formatted(age(since), age(every))));
  }

  private static String age(Duration age) {
    if (age.toDays() >= 2) {
      return age.toDays() + " d";
    }
    return age.toHours() >= 2 ? age.toHours() + " h" : Math.max(0, age.toMinutes()) + " min";
  }
}
