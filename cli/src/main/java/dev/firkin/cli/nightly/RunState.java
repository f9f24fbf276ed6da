package dev.firkin.cli.nightly;

import dev.firkin.cli.session.Console;
import dev.firkin.repository.local.PrivateFiles;
import dev.firkin.sendstream.SubvolumeUuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

  /**
   * All that is kept, in the hands of its {@link RunState}.
   *
   * @param volumes by volume and repository
   * @param pruned when a repository was, by its name
   * @param judgedHere when local retention went by this host's clock, by volume
   * @param doubtedHere volumes whose clock was doubted then
   * @param lockRounds by repository
   * @param heldHere by volume
   */
  record Kept(
      Map<String, At> volumes,
      Map<String, Instant> pruned,
      Map<String, Instant> judgedHere,
      Set<String> doubtedHere,
      Map<String, LastLockRound> lockRounds,
      Map<String, List<HeldHere>> heldHere) {
    static Kept nothing() {
      return new Kept(
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeSet<>(),
          new TreeMap<>(),
          new TreeMap<>());
    }
  }

  private final Path file;
  private final Kept kept;

  private RunState(Path file, Kept kept) {
    this.file = file;
    this.kept = kept;
  }

  /** As it was left; empty where it cannot be read. */
  static RunState read(Path stateFolder) {
    Path file = stateFolder.resolve("nightly.json");
    try {
      return new RunState(file, RunStateJson.read(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      LOG.log(System.Logger.Level.DEBUG, "there was no run before", e);
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "what the last run left cannot be read: " + e);
    }
    return new RunState(file, Kept.nothing());
  }

  At at(String volume, String target) {
    return kept.volumes.getOrDefault(volume + "@" + target, At.NOTHING);
  }

  boolean knows(String volume, String target) {
    return kept.volumes.containsKey(volume + "@" + target);
  }

  void put(String volume, String target, At at) {
    kept.volumes.put(volume + "@" + target, at);
  }

  /** Adds what a person should see to. */
  void problem(String volume, String target, String what) {
    At at = at(volume, target);
    put(volume, target, at.withProblem(what, at.unfinished()));
  }

  Optional<Instant> pruned(String target) {
    return Optional.ofNullable(kept.pruned.get(target));
  }

  void pruned(String target, Instant at) {
    kept.pruned.put(target, at);
  }

  /** When all of a repository was last locked for such a period, by this host. */
  Optional<Instant> lockRound(String target, Duration period) {
    return Optional.ofNullable(kept.lockRounds.get(target))
        .filter(last -> last.period().equals(period))
        .map(LastLockRound::at);
  }

  void lockRound(String target, LastLockRound round) {
    kept.lockRounds.put(target, round);
  }

  /** When local retention last went by this host's clock. */
  Optional<Instant> judgedHere(String volume) {
    return Optional.ofNullable(kept.judgedHere.get(volume));
  }

  void judgedHere(String volume, Instant at) {
    kept.judgedHere.put(volume, at);
  }

  /** Whether the clock was doubted then, so that nothing was dropped. */
  boolean doubtedHere(String volume) {
    return kept.doubtedHere.contains(volume);
  }

  void doubtedHere(String volume, boolean doubted) {
    if (doubted) {
      kept.doubtedHere.add(volume);
    } else {
      kept.doubtedHere.remove(volume);
    }
  }

  /** Local snapshots of a volume that are still needed, and by whom. */
  List<HeldHere> heldHere(String volume) {
    return kept.heldHere.getOrDefault(volume, List.of());
  }

  void heldHere(String volume, List<HeldHere> held) {
    kept.heldHere.put(volume, List.copyOf(held));
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
    PrivateFiles.write(file, RunStateJson.write(kept));
  }
}
