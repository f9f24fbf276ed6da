package dev.firkin.cli.doctor;

import dev.firkin.FirkinException;
import dev.firkin.cli.command.Action;
import dev.firkin.cli.doctor.Diagnosis.State;
import dev.firkin.cli.doctor.StoreExamination.Examined;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.cli.session.Session;
import dev.firkin.cli.text.Table;
import dev.firkin.cli.text.Table.Align;
import dev.firkin.store.probe.StoreTraits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Looks at everything a backup relies on. */
@Command(
    name = "doctor",
    description = "Try out this machine, the store and the repository, and say what is wrong.",
    footer = {
      "",
      "Writes a few small objects below probe/ in the store, and deletes them. Goes on past what",
      "fails; exits with the status of the first failure. A warning is no failure.",
      "",
      "Examples:",
      "  firkin doctor --repo s3://bucket/backups",
      "  firkin doctor --json"
    })
public final class DoctorCommand implements Action {
  private final Session session;

  public DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public ExitCode run() throws FirkinException, InterruptedException {
    List<Diagnosis> found = new ArrayList<>(new HostExamination(session).run());
    if (session.namesRepository()) {
      Examined store = new StoreExamination(session).run();
      found.addAll(store.diagnoses());
      if (store.reachable()) {
        Duration ahead = store.traits().map(StoreTraits::ahead).orElse(Duration.ZERO);
        found.addAll(new RepositoryExamination(session, ahead).run());
      } else {
        found.add(Diagnosis.skipped("repository", "the store cannot be reached"));
      }
    } else {
      found.add(Diagnosis.skipped("store", "no repository is named: use --repo or FIRKIN_REPO"));
    }
    if (session.options().json()) {
      session.console().json(DoctorJson.of(found));
    } else {
      print(found);
    }
    return found.stream()
        .filter(d -> d.state() == State.FAILED)
        .map(Diagnosis::exit)
        .findFirst()
        .orElse(ExitCode.DONE);
  }

  private void print(List<Diagnosis> found) {
    Table table =
        new Table()
            .column("CHECK", Align.LEFT)
            .column("STATE", Align.LEFT)
            .column("FOUND", Align.LEFT);
    for (Diagnosis each : found) {
      table.row(each.check(), word(each.state()), each.text());
    }
    Console console = session.console();
    table.lines().forEach(console::data);
    for (Diagnosis each : found) {
      each.hint().ifPresent(hint -> console.data(each.check() + ": " + hint));
    }
  }

  /** {@code ok}, {@code warning}, {@code FAILED}: what matters catches the eye without colours. */
  private static String word(State state) {
    return state == State.FAILED ? state.name() : state.name().toLowerCase(Locale.ROOT);
  }
}
