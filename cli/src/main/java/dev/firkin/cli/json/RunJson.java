package dev.firkin.cli.json;

import dev.firkin.cli.session.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The documents of {@code firkin run} and {@code firkin status}. Not thread-safe. */
public final class RunJson {
  private final ObjectNode node = JsonNodeFactory.instance.objectNode().put("type", "result");

  /** When it ran, and how it ended. */
  public RunJson run(Instant began, Instant ended, String outcome) {
    node.put("began", began.toString()).put("ended", ended.toString()).put("outcome", outcome);
    return this;
  }

  /** Names of local snapshots. */
  public RunJson local(List<String> made, List<String> dropped) {
    ObjectNode local = node.putObject("local");
    made.forEach(local.putArray("made")::add);
    dropped.forEach(local.putArray("dropped")::add);
    return this;
  }

  /** One volume in one repository. */
  public RunJson result(
      String volume,
      String repository,
      List<String> stored,
      long newBytes,
      int forgotten,
      Optional<Failure> failure,
      Optional<String> note) {
    ObjectNode result =
        array("results").addObject().put("volume", volume).put("repository", repository);
    stored.forEach(result.putArray("stored")::add);
    result.put("newBytes", newBytes).put("forgotten", forgotten);
    failure.ifPresent(f -> put(result.putObject("error"), f));
    note.ifPresent(text -> result.put("note", text));
    return this;
  }

  /** Something that went wrong beside the repositories. */
  public RunJson failure(String with, Failure failure) {
    put(array("failures").addObject().put("with", with), failure);
    return this;
  }

  /** A repository that was pruned. */
  public RunJson pruned(String repository, long deletedBytes, long waitingBytes) {
    array("pruned")
        .addObject()
        .put("repository", repository)
        .put("deletedChunkBytes", deletedBytes)
        .put("waitingChunkBytes", waitingBytes);
    return this;
  }

  /** A repository whose locks were extended. */
  public RunJson locked(String repository, long extended, long looked, Instant until) {
    array("locked")
        .addObject()
        .put("repository", repository)
        .put("extended", extended)
        .put("objects", looked)
        .put("until", until.toString());
    return this;
  }

  /**
   * How one volume stands in one repository.
   *
   * @param maxAge promised of the last success
   * @param chainLength streams that a restore of the newest takes; 0 where it is not known
   * @param nextParent of tomorrow's snapshot; the empty string for none, a full one
   * @param unfinished the snapshot that was not stored to its end
   * @param percent of it that is stored
   * @param held names of what stays only because what is kept is based on it
   */
  public record Status(
      String volume,
      String repository,
      Optional<Instant> lastSuccess,
      Duration maxAge,
      Optional<String> newest,
      int chainLength,
      Optional<String> nextParent,
      Optional<String> unfinished,
      Optional<Integer> percent,
      List<String> held,
      List<String> problems) {
    public Status {
      held = List.copyOf(held);
      problems = List.copyOf(problems);
    }
  }

  /** How one volume stands in one repository. */
  public RunJson status(Status status) {
    ObjectNode each =
        array("status")
            .addObject()
            .put("volume", status.volume())
            .put("repository", status.repository());
    status.lastSuccess().ifPresent(at -> each.put("lastSuccess", at.toString()));
    each.put("maxAgeSeconds", status.maxAge().toSeconds());
    status.newest().ifPresent(name -> each.put("newest", name));
    each.put("chainLength", status.chainLength());
    status
        .nextParent()
        .ifPresent(name -> {
          ObjectNode next = each.putObject("next");
          next.put("kind", name.isEmpty() ? "full" : "delta");
          if (!name.isEmpty()) {
            next.put("parent", name);
          }
        });
    status.unfinished().ifPresent(name -> each.put("unfinished", name));
    status.percent().ifPresent(percent -> each.put("unfinishedPercent", percent));
    status.held().forEach(each.putArray("held")::add);
    status.problems().forEach(each.putArray("problems")::add);
    return this;
  }

  /**
   * Local snapshots that stay though their policy would drop them.
   *
   * @param held why, by name
   */
  public RunJson heldHere(String volume, Map<String, String> held) {
    held.forEach((snapshot, reason) ->
        array("heldHere")
            .addObject()
            .put("volume", volume)
            .put("snapshot", snapshot)
            .put("reason", reason));
    return this;
  }

  /** That nothing was done, and whether all could be told. */
  public RunJson dryRun(String outcome) {
    node.put("dryRun", true).put("outcome", outcome);
    array("planned"); // there also where nothing is
    return this;
  }

  /**
   * Something that a run would do.
   *
   * @param action {@code hook-before}, {@code snapshot}, {@code lock}, {@code push}, {@code
   *     forget}, {@code drop}, {@code prune}, {@code hook-after}, {@code ping}; or what it would
   *     leave as it is: {@code no-snapshot}, {@code no-push}, {@code keep}, {@code keep-here},
   *     {@code no-forget}, {@code no-drop}
   * @param parent empty for a full stream, and for what is not pushed
   * @param why or what
   * @param isLater whether not now, for the repository's window is not
   */
  public record Planned(
      String action,
      Optional<String> volume,
      Optional<String> repository,
      Optional<String> snapshot,
      Optional<String> parent,
      Optional<String> why,
      boolean isLater) {
    public static Planned of(String action) {
      return new Planned(
          action,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false);
    }

    public Planned volume(String name) {
      return new Planned(action, Optional.of(name), repository, snapshot, parent, why, isLater);
    }

    public Planned repository(String name) {
      return new Planned(action, volume, Optional.of(name), snapshot, parent, why, isLater);
    }

    public Planned snapshot(String name) {
      return new Planned(action, volume, repository, Optional.of(name), parent, why, isLater);
    }

    public Planned on(Optional<String> name) {
      return new Planned(action, volume, repository, snapshot, name, why, isLater);
    }

    public Planned because(Optional<String> reason) {
      return new Planned(action, volume, repository, snapshot, parent, reason, isLater);
    }

    public Planned because(String reason) {
      return because(Optional.of(reason));
    }

    public Planned later() {
      return new Planned(action, volume, repository, snapshot, parent, why, true);
    }
  }

  /** Something that a run would do. */
  public RunJson planned(Planned planned) {
    ObjectNode each = array("planned").addObject().put("action", planned.action());
    planned.volume().ifPresent(name -> each.put("volume", name));
    planned.repository().ifPresent(name -> each.put("repository", name));
    planned.snapshot().ifPresent(name -> each.put("snapshot", name));
    planned.parent().ifPresent(name -> each.put("parent", name));
    planned.why().ifPresent(why -> each.put("why", why));
    if (planned.isLater()) {
      each.put("later", true);
    }
    return this;
  }

  private ArrayNode array(String name) {
    return node.get(name) instanceof ArrayNode there ? there : node.putArray(name);
  }

  private static void put(ObjectNode error, Failure failure) {
    error.put("code", failure.code()).put("exit", failure.exit().number());
    error.put("message", failure.message());
    failure.hint().ifPresent(hint -> error.put("hint", hint));
  }

  /** In one line. */
  @Override
  public String toString() {
    return node.toString();
  }
}
