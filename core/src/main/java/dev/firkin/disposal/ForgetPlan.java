package dev.firkin.disposal;

import dev.firkin.repository.Catalog;
import dev.firkin.repository.Chains;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.SnapshotId;
import dev.firkin.retention.RetentionPolicy;
import dev.firkin.retention.Verdict;
import dev.firkin.retention.Verdict.Reason;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be forgotten, and why the rest is not. Changes nothing.
 *
 * @param verdicts of the snapshots that were looked at, oldest first
 * @param order those to forget, a delta before what it is based on
 */
public record ForgetPlan(List<Verdict<Manifest>> verdicts, List<Manifest> order) {
  public ForgetPlan {
    verdicts = List.copyOf(verdicts);
    order = List.copyOf(order);
  }

  /**
   * By a policy. What is marked stays, and so does what anything that stays is based on, be it of
   * another volume.
   *
   * @param candidates of one volume of one host: what the policy is about
   * @param marked what somebody wants kept
   */
  public static ForgetPlan by(
      RetentionPolicy policy,
      List<Manifest> candidates,
      Catalog catalog,
      Set<SnapshotId> marked,
      Instant now)
      throws DoubtException {
    refuseDoubt(catalog);
    Map<SnapshotId, Verdict<Manifest>> verdicts = new LinkedHashMap<>();
    for (Verdict<Manifest> verdict : policy.judge(candidates, Manifest::time, now)) {
      boolean tagged = !verdict.isKept() && marked.contains(verdict.snapshot().id());
      verdicts.put(
          verdict.snapshot().id(),
          tagged ? new Verdict<>(verdict.snapshot(), Optional.of(new Reason.Tagged())) : verdict);
    }
    keepWhatIsNeeded(verdicts, catalog);
    return of(verdicts.values());
  }

  private static void keepWhatIsNeeded(
      Map<SnapshotId, Verdict<Manifest>> verdicts, Catalog catalog) {
    Chains chains = Chains.of(catalog.manifests());
    Set<SnapshotId> seen = new HashSet<>();
    for (Manifest manifest : catalog.manifests().reversed()) {
      Verdict<Manifest> verdict = verdicts.get(manifest.id());
      if (verdict != null && !verdict.isKept()) {
        continue;
      }
      Deque<Manifest> ahead = new ArrayDeque<>(basis(manifest, chains, catalog));
      while (!ahead.isEmpty()) {
        Manifest parent = ahead.remove();
        if (seen.add(parent.id())) {
          verdicts.computeIfPresent(
              parent.id(),
              (id, v) ->
                  v.isKept()
                      ? v
                      : new Verdict<>(
                          parent, Optional.of(new Reason.Needed(manifest.name().toString()))));
          ahead.addAll(basis(parent, chains, catalog));
        }
      }
    }
  }

  /**
   * What a snapshot is restored from. Where something of that is not here, all that is: a receiver
   * may have the rest.
   */
  private static List<Manifest> basis(Manifest manifest, Chains chains, Catalog catalog) {
    return chains.restorable(manifest)
        ? chains.parent(manifest).stream().toList()
        : manifest.stream().parentUuid().map(catalog::byUuid).orElse(List.of());
  }

  /**
   * By name.
   *
   * @return with all that cannot be restored without them
   */
  public static ForgetPlan of(Collection<Manifest> named, Catalog catalog) throws DoubtException {
    refuseDoubt(catalog);
    Set<Manifest> without = new LinkedHashSet<>(named);
    List<Manifest> rest =
        catalog.manifests().stream().filter(manifest -> !without.contains(manifest)).toList();
    Chains before = Chains.of(catalog.manifests());
    Chains after = Chains.of(rest);
    Catalog remaining = new Catalog(rest, List.of());
    boolean more = true;
    while (more) {
      more = false;
      for (Manifest manifest : rest) {
        boolean lost =
            before.restorable(manifest)
                ? !after.restorable(manifest)
                : losesItsParent(manifest, catalog, remaining, without);
        more |= lost && without.add(manifest);
      }
    }
    return of(
        without.stream()
            .map(manifest -> new Verdict<>(manifest, Optional.<Reason>empty()))
            .toList());
  }

  /** Of what cannot be restored here anyway: whether the last form of its parent goes. */
  private static boolean losesItsParent(
      Manifest manifest, Catalog catalog, Catalog remaining, Set<Manifest> without) {
    Optional<SubvolumeUuid> parent = manifest.stream().parentUuid();
    return parent.isPresent()
        && !catalog.byUuid(parent.get()).isEmpty()
        && without.containsAll(remaining.byUuid(parent.get()));
  }

  /** What could need something is not known where a manifest cannot be read. */
  private static void refuseDoubt(Catalog catalog) throws DoubtException {
    if (!catalog.damaged().isEmpty()) {
      throw new DoubtException(
          String.valueOf(catalog.damaged().getFirst().getMessage()), catalog.damaged().getFirst());
    }
  }

  private static ForgetPlan of(Collection<Verdict<Manifest>> verdicts) {
    List<Manifest> dropped =
        verdicts.stream().filter(v -> !v.isKept()).map(Verdict::snapshot).toList();
    return new ForgetPlan(List.copyOf(verdicts), deltasFirst(dropped));
  }

  private static List<Manifest> deltasFirst(List<Manifest> dropped) {
    Chains among = Chains.of(dropped);
    Map<SnapshotId, Integer> deltasLeft = new HashMap<>();
    for (Manifest manifest : dropped) {
      deltasLeft.put(manifest.id(), among.deltasOn(manifest).size());
    }
    Deque<Manifest> ready = new ArrayDeque<>();
    dropped.stream().filter(m -> among.deltasOn(m).isEmpty()).forEach(ready::add);
    Map<SnapshotId, List<Manifest>> parents = new HashMap<>();
    for (Manifest manifest : dropped) {
      for (Manifest delta : among.deltasOn(manifest)) {
        parents.computeIfAbsent(delta.id(), id -> new ArrayList<>()).add(manifest);
      }
    }
    List<Manifest> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      Manifest next = ready.remove();
      order.add(next);
      for (Manifest parent : parents.getOrDefault(next.id(), List.of())) {
        if (deltasLeft.merge(parent.id(), -1, Integer::sum) == 0) {
          ready.add(parent);
        }
      }
    }
    if (order.size() < dropped.size()) {
      // Deltas on each other in a circle: none of them can be restored, so no order is wrong.
      dropped.stream().filter(m -> !order.contains(m)).forEach(order::add);
    }
    return order;
  }
}
