package dev.firkin.cli.nightly;

import dev.firkin.cli.session.Console;
import dev.firkin.repository.local.PrivateFiles;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the last runs left behind, for {@code firkin status} and the next run; a file in the state
 * folder. A memory aid: what is lost of it is asked for again, but for what was passed over, which
 * nothing else tells; and nothing is deleted because of what stands in it alone. Not thread-safe.
 */
final class RunState {
  private static final System.Logger LOG = System.getLogger(RunState.class.getName());

  /**
   * A push that did not come to its end.
   *
   * @param percent of its stream that is stored; empty where its length is not known
   */
  record Unfinished(String snapshot, Optional<Integer> percent) {}

  /**
   * What tomorrow's snapshot would be sent on.
   *
   * @param parent empty for a full stream
   */
  record Next(Optional<String> parent) {}

  /**
   * Of one volume in one repository.
   *
   * @param lastSuccess when a run last found all of it stored
   * @param newest the snapshot that was the newest there then
   * @param newestTime when that was taken
   * @param chainLength how many streams a restore of that takes; 0 where it is not known
   * @param parents uuids of local snapshots that the next deltas may need
   * @param next on what the next one goes, as far as could be told
   * @param held names of those there that only stay because what is kept is based on them
   * @param problem why the last run was no success
   * @param passedOver uuids of local snapshots that could not be sent, and are to be
   */
  record At(
      Optional<Instant> lastSuccess,
      Optional<String> newest,
      Optional<Instant> newestTime,
      int chainLength,
      Set<SubvolumeUuid> parents,
      Optional<Next> next,
      List<String> held,
      Optional<String> problem,
      Optional<Unfinished> unfinished,
      Set<SubvolumeUuid> passedOver) {
    static final At NOTHING =
        new At(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            Set.of(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Set.of());

    At {
      parents = Set.copyOf(parents);
      held = List.copyOf(held);
      passedOver = Set.copyOf(passedOver);
    }

    At withProblem(String what, Optional<Unfinished> half) {
      return new At(
          lastSuccess,
          newest,
          newestTime,
          chainLength,
          parents,
          next,
          held,
          Optional.of(what),
          half,
          passedOver);
    }

    /** One that is being sent now; what was wrong before is over. */
    At withUnfinished(Unfinished half) {
      return new At(
          lastSuccess,
          newest,
          newestTime,
          chainLength,
          parents,
          next,
          held,
          Optional.empty(),
          Optional.of(half),
          passedOver);
    }

    At withPassedOver(SubvolumeUuid snapshot) {
      Set<SubvolumeUuid> more = new HashSet<>(passedOver);
      more.add(snapshot);
      return new At(
          lastSuccess,
          newest,
          newestTime,
          chainLength,
          parents,
          next,
          held,
          problem,
          unfinished,
          more);
    }

    At withHeld(List<String> names) {
      return new At(
          lastSuccess,
          newest,
          newestTime,
          chainLength,
          parents,
          next,
          names,
          problem,
          unfinished,
          passedOver);
    }
  }

  /** A local snapshot that stays, though its policy would drop it. */
  record HeldHere(String snapshot, String reason) {}

  /**
   * A round that came to its end.
   *
   * @param period for which it locked
   */
  record LastLockRound(Duration period, Instant at) {}

  private final Path file;
  private final Map<String, At> volumes = new TreeMap<>();
  private final Map<String, Instant> pruned = new TreeMap<>();
  private final Map<String, Instant> judgedHere = new TreeMap<>();
  private final Set<String> doubtedHere = new TreeSet<>();
  private final Map<String, LastLockRound> lockRounds = new TreeMap<>();
  private final Map<String, List<HeldHere>> heldHere = new TreeMap<>();

  private RunState(Path file) {
    this.file = file;
  }

  /** As it was left; empty where it cannot be read. */
  static RunState read(Path stateFolder) {
    RunState state = new RunState(stateFolder.resolve("nightly.json"));
    try {
      JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(state.file));
      json.path("volumes")
          .properties()
          .forEach(e -> state.volumes.put(e.getKey(), at(e.getValue())));
      json.path("pruned")
          .properties()
          .forEach(e -> state.pruned.put(e.getKey(), Instant.parse(e.getValue().asString())));
      json.path("judgedHere")
          .properties()
          .forEach(e -> state.judgedHere.put(e.getKey(), Instant.parse(e.getValue().asString())));
      json.path("doubtedHere").forEach(volume -> state.doubtedHere.add(volume.asString()));
      json.path("lockRounds")
          .properties()
          .forEach(e ->
              state.lockRounds.put(
                  e.getKey(),
                  new LastLockRound(
                      Duration.parse(e.getValue().path("period").asString()),
                      Instant.parse(e.getValue().path("at").asString()))));
      json.path("heldHere")
          .properties()
          .forEach(e -> state.heldHere.put(e.getKey(), heldHere(e.getValue())));
    } catch (NoSuchFileException e) {
      LOG.log(System.Logger.Level.DEBUG, "there was no run before", e);
    } catch (IOException | JacksonException | DateTimeParseException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "what the last run left cannot be read: " + e);
      state.volumes.clear();
      state.pruned.clear();
      state.judgedHere.clear();
      state.doubtedHere.clear();
      state.lockRounds.clear();
      state.heldHere.clear();
    }
    return state;
  }

  private static At at(JsonNode json) {
    return new At(
        text(json, "lastSuccess").map(Instant::parse),
        text(json, "newest"),
        text(json, "newestTime").map(Instant::parse),
        json.path("chainLength").asInt(0),
        uuids(json.path("parents")),
        json.path("next").isObject()
            ? Optional.of(new Next(text(json.path("next"), "parent")))
            : Optional.empty(),
        json.path("held").valueStream().map(JsonNode::asString).toList(),
        text(json, "problem"),
        text(json, "unfinished").map(snapshot -> new Unfinished(snapshot, percent(json))),
        uuids(json.path("passedOver")));
  }

  private static Set<SubvolumeUuid> uuids(JsonNode json) {
    return json.valueStream()
        .map(uuid -> SubvolumeUuid.parse(uuid.asString()))
        .collect(Collectors.toSet());
  }

  private static void putUuids(ArrayNode node, Set<SubvolumeUuid> uuids) {
    uuids.stream().map(SubvolumeUuid::toString).sorted().forEach(node::add);
  }

  private static Optional<Integer> percent(JsonNode json) {
    return json.path("percent").isInt()
        ? Optional.of(json.get("percent").intValue())
        : Optional.empty();
  }

  private static List<HeldHere> heldHere(JsonNode json) {
    return json.properties().stream()
        .map(e -> new HeldHere(e.getKey(), e.getValue().asString()))
        .toList();
  }

  private static Optional<String> text(JsonNode json, String name) {
    return json.path(name).isString()
        ? Optional.of(json.get(name).stringValue())
        : Optional.empty();
  }

  At at(String volume, String target) {
    return volumes.getOrDefault(volume + "@" + target, At.NOTHING);
  }

  boolean knows(String volume, String target) {
    return volumes.containsKey(volume + "@" + target);
  }

  void put(String volume, String target, At at) {
    volumes.put(volume + "@" + target, at);
  }

  /** Adds what a person should see to. */
  void problem(String volume, String target, String what) {
    At at = at(volume, target);
    put(volume, target, at.withProblem(what, at.unfinished()));
  }

  Optional<Instant> pruned(String target) {
    return Optional.ofNullable(pruned.get(target));
  }

  void pruned(String target, Instant at) {
    pruned.put(target, at);
  }

  /** When all of a repository was last locked for such a period, by this host. */
  Optional<Instant> lockRound(String target, Duration period) {
    return Optional.ofNullable(lockRounds.get(target))
        .filter(last -> last.period().equals(period))
        .map(LastLockRound::at);
  }

  void lockRound(String target, LastLockRound round) {
    lockRounds.put(target, round);
  }

  /** When local retention last went by this host's clock. */
  Optional<Instant> judgedHere(String volume) {
    return Optional.ofNullable(judgedHere.get(volume));
  }

  void judgedHere(String volume, Instant at) {
    judgedHere.put(volume, at);
  }

  /** Whether the clock was doubted then, so that nothing was dropped. */
  boolean doubtedHere(String volume) {
    return doubtedHere.contains(volume);
  }

  void doubtedHere(String volume, boolean doubted) {
    if (doubted) {
      doubtedHere.add(volume);
    } else {
      doubtedHere.remove(volume);
    }
  }

  /** Local snapshots of a volume that are still needed, and by whom. */
  List<HeldHere> heldHere(String volume) {
    return heldHere.getOrDefault(volume, List.of());
  }

  void heldHere(String volume, List<HeldHere> held) {
    heldHere.put(volume, List.copyOf(held));
  }

  private static void putTimes(ObjectNode node, Map<String, Instant> times) {
    times.forEach((name, time) -> node.put(name, time.toString()));
  }

  /** As {@link #write}; where that fails, what was passed over in this run is not tried again. */
  void keep(Console console) {
    try {
      write();
    } catch (IOException e) {
      console.warning("'firkin status' will not know of this run: " + e.getMessage());
    }
  }

  /** Keeps it for the next run. */
  void write() throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode all = root.putObject("volumes");
    volumes.forEach((key, at) -> {
      ObjectNode node = all.putObject(key);
      at.lastSuccess().ifPresent(time -> node.put("lastSuccess", time.toString()));
      at.newest().ifPresent(name -> node.put("newest", name));
      at.newestTime().ifPresent(time -> node.put("newestTime", time.toString()));
      node.put("chainLength", at.chainLength());
      putUuids(node.putArray("parents"), at.parents());
      putUuids(node.putArray("passedOver"), at.passedOver());
      at.problem().ifPresent(problem -> node.put("problem", problem));
      at.next()
          .ifPresent(next -> {
            ObjectNode on = node.putObject("next");
            next.parent().ifPresent(parent -> on.put("parent", parent));
          });
      at.held().forEach(node.putArray("held")::add);
      at.unfinished()
          .ifPresent(half -> {
            node.put("unfinished", half.snapshot());
            half.percent().ifPresent(percent -> node.put("percent", percent));
          });
    });
    ObjectNode here = root.putObject("heldHere");
    heldHere.forEach((volume, held) -> {
      ObjectNode node = here.putObject(volume);
      held.forEach(each -> node.put(each.snapshot(), each.reason()));
    });
    putTimes(root.putObject("pruned"), pruned);
    putTimes(root.putObject("judgedHere"), judgedHere);
    doubtedHere.forEach(root.putArray("doubtedHere")::add);
    ObjectNode rounds = root.putObject("lockRounds");
    lockRounds.forEach((target, last) ->
        rounds
            .putObject(target)
            .put("period", last.period().toString())
            .put("at", last.at().toString()));
    PrivateFiles.write(file, root.toString().getBytes(StandardCharsets.UTF_8));
  }
}
