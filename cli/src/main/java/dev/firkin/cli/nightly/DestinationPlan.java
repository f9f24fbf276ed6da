package dev.firkin.cli.nightly;

import dev.firkin.cli.btrfs.LocalSnapshot;
import dev.firkin.cli.btrfs.ParentChoice;
import dev.firkin.cli.config.Destination;
import dev.firkin.cli.config.VolumeConfig;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.Chains;
import dev.firkin.repository.model.Manifest;
import dev.firkin.retention.Level;
import dev.firkin.retention.RetentionPolicy;
import dev.firkin.retention.Verdict;
import dev.firkin.sendstream.SubvolumeUuid;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one volume's snapshots on this host and in one repository ask for: what to send, on which
 * parent, and which of the local ones the next deltas need. Decides; does nothing.
 */
final class DestinationPlan {
  private final VolumeConfig volume;
  private final Destination destination;
  private final LocalSnapshots local;
  private final ZoneId zone;
  private final String host;
  private final List<Assumed> assumed;

  /** What is taken for stored, and is not yet. */
  private record Assumed(LocalSnapshot snapshot, boolean full) {}

  /**
   * @param host that this is: volumes of others may have the same name
   */
  DestinationPlan(
      VolumeConfig volume,
      Destination destination,
      LocalSnapshots local,
      ZoneId zone,
      String host) {
    this(volume, destination, local, zone, host, List.of());
  }

  private DestinationPlan(
      VolumeConfig volume,
      Destination destination,
      LocalSnapshots local,
      ZoneId zone,
      String host,
      List<Assumed> assumed) {
    this.volume = volume;
    this.destination = destination;
    this.local = local;
    this.zone = zone;
    this.host = host;
    this.assumed = assumed;
  }

  /**
   * What is planned when one more snapshot has been sent, that no catalog knows yet.
   *
   * @param full whether it was sent on no other
   */
  DestinationPlan after(LocalSnapshot sent, boolean full) {
    List<Assumed> more = new ArrayList<>(assumed);
    more.add(new Assumed(sent, full));
    return new DestinationPlan(volume, destination, local, zone, host, List.copyOf(more));
  }

  /** What is stored of this volume, and can be restored. */
  List<Manifest> stored(Catalog catalog) {
    Chains chains = Chains.of(catalog.manifests());
    return catalog.volume(volume.name()).stream()
        .filter(m -> m.source().host().equals(host))
        .filter(chains::restorable)
        .toList();
  }

  /**
   * Which local snapshots are to be sent, oldest first: those that are newer than what is stored,
   * and that would be kept there, or are the newest, or half there.
   *
   * @param unfinished what the last run was at
   */
  List<LocalSnapshot> toSend(Catalog catalog, Optional<String> unfinished, Instant now) {
    return toSend(catalog, unfinished, Set.of(), now);
  }

  /**
   * As the other.
   *
   * @param passedOver what could not be sent before, by uuid: older than what is stored by now
   */
  List<LocalSnapshot> toSend(
      Catalog catalog, Optional<String> unfinished, Set<SubvolumeUuid> passedOver, Instant now) {
    List<Manifest> stored = stored(catalog);
    Set<SubvolumeUuid> there = everStored(catalog);
    long newest =
        local.snapshots().stream()
            .filter(s -> there.contains(s.uuid()))
            .mapToLong(s -> s.info().otransid())
            .max()
            .orElse(-1);
    List<LocalSnapshot> news =
        local.snapshots().stream()
            .filter(s -> !there.contains(s.uuid()))
            .filter(s -> s.info().otransid() > newest || passedOver.contains(s.uuid()))
            .toList();
    // As they would be judged beside what is stored: not what the next forget would drop. Of those
    // of the same time the first counts.
    Map<SubvolumeUuid, Instant> times = new LinkedHashMap<>();
    stored.forEach(m -> m.stream().uuid().ifPresent(uuid -> times.put(uuid, m.time())));
    news.forEach(s -> times.put(s.uuid(), local.time(s, zone)));
    Set<SubvolumeUuid> kept = kept(destination.retention(), times, now);
    return news.stream()
        .filter(s ->
            kept.contains(s.uuid())
                // By the file system's own count: a clock may have been wrong.
                || (s.equals(news.getLast()) && s.info().otransid() > newest)
                || unfinished.filter(s.name().name()::equals).isPresent())
        .toList();
  }

  /** By whichever host. */
  private Set<SubvolumeUuid> everStored(Catalog catalog) {
    Chains chains = Chains.of(catalog.manifests());
    return Stream.concat(
            catalog.volume(volume.name()).stream()
                .filter(chains::restorable)
                .flatMap(m -> m.stream().uuid().stream()),
            assumed.stream().map(a -> a.snapshot().uuid()))
        .collect(Collectors.toSet());
  }

  private static Set<SubvolumeUuid> kept(
      RetentionPolicy policy, Map<SubvolumeUuid, Instant> times, Instant now) {
    return policy.judge(List.copyOf(times.keySet()), uuid -> timeOf(times, uuid), now).stream()
        .filter(Verdict::isKept)
        .map(Verdict::snapshot)
        .collect(Collectors.toSet());
  }

  private static Instant timeOf(Map<SubvolumeUuid, Instant> times, SubvolumeUuid uuid) {
    return times.getOrDefault(uuid, Instant.EPOCH);
  }

  /** On what a snapshot is to be sent as a delta. */
  ParentChoice parentOf(LocalSnapshot snapshot, Catalog catalog) {
    return parentOf(new Stored(snapshot.uuid(), local.time(snapshot, zone)), catalog);
  }

  /** As {@link #parentOf}, where that is one that is taken for sent: newer than what is stored. */
  Optional<LocalSnapshot> assumedParentOf(LocalSnapshot snapshot, Catalog catalog) {
    return parentOf(snapshot, catalog) instanceof ParentChoice.AmongThese these
        ? assumed.reversed().stream()
            .map(Assumed::snapshot)
            .filter(s -> these.uuids().contains(s.uuid()))
            .filter(s -> s.info().unsafeAsParent().isEmpty())
            .findFirst()
        : Optional.empty();
  }

  private ParentChoice parentOf(Stored snapshot, Catalog catalog) {
    return switch (volume.chain()) {
      case LINEAR ->
          isFullDue(catalog, snapshot.time()) ? new ParentChoice.None() : newestStored(catalog);
      case TREE -> coarser(snapshot, catalog);
    };
  }

  /**
   * On what a snapshot that is yet to be taken would go.
   *
   * @param time when it is taken
   * @return the name of a local snapshot; empty for a full stream
   */
  Optional<String> parentAt(Instant time, Catalog catalog) {
    SubvolumeUuid none = SubvolumeUuid.parse(UUID.randomUUID().toString());
    return switch (parentOf(new Stored(none, time), catalog)) {
      case ParentChoice.AmongThese these ->
          local.snapshots().reversed().stream()
              .filter(s -> these.uuids().contains(s.uuid()))
              .map(s -> s.name().name())
              .findFirst();
      case ParentChoice.None _ -> Optional.empty();
      case ParentChoice.Auto _, ParentChoice.Named _ ->
          throw new IllegalStateException("a plan names its parents");
    };
  }

  /** By whatever folder it lies in: as long as it is of this volume. */
  private ParentChoice newestStored(Catalog catalog) {
    return new ParentChoice.AmongThese(everStored(catalog));
  }

  /** By the time of the snapshot: what waited for long is sent as it would have been then. */
  private boolean isFullDue(Catalog catalog, Instant time) {
    Optional<Duration> every = volume.fullEvery();
    return every.isPresent()
        && Stream.concat(
                stored(catalog).stream()
                    .filter(m -> m.stream().parentUuid().isEmpty())
                    .map(Manifest::time),
                assumed.stream().filter(Assumed::full).map(a -> local.time(a.snapshot(), zone)))
            .noneMatch(full -> !full.isAfter(time) && full.plus(every.get()).isAfter(time));
  }

  private ParentChoice coarser(Stored own, Catalog catalog) {
    List<Level> levels = levels();
    List<Stored> all = new ArrayList<>(storedWithTimes(catalog));
    all.add(own);
    Map<Stored, Level> ranks = destination.retention().levels(all, Stored::time);
    int rank = rank(ranks, own, levels);
    if (rank == levels.size() - 1) {
      return new ParentChoice.None();
    }
    return new ParentChoice.AmongThese(
        all.stream()
            .filter(s -> !s.equals(own) && rank(ranks, s, levels) > rank)
            .map(Stored::uuid)
            .collect(Collectors.toSet()));
  }

  private record Stored(SubvolumeUuid uuid, Instant time) {}

  private List<Stored> storedWithTimes(Catalog catalog) {
    Map<SubvolumeUuid, Stored> stored = new LinkedHashMap<>();
    for (Manifest manifest : stored(catalog)) {
      manifest.stream()
          .uuid()
          .ifPresent(uuid -> stored.put(uuid, new Stored(uuid, manifest.time())));
    }
    for (Assumed sent : assumed) {
      SubvolumeUuid uuid = sent.snapshot().uuid();
      stored.put(uuid, new Stored(uuid, local.time(sent.snapshot(), zone)));
    }
    return List.copyOf(stored.values());
  }

  /** Those that the policy keeps anything of, finest first; never none. */
  private List<Level> levels() {
    List<Level> levels =
        destination.retention().preserve().back().entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    // Where everything is kept: by the month, so that chains stay short.
    return levels.isEmpty() ? List.of(Level.DAILY, Level.WEEKLY, Level.MONTHLY) : levels;
  }

  /**
   * Its place among the levels of the policy; -1 where it is of none. Further ones of a day or an
   * hour count as its first one, which makes chains shorter, unless they would go on nothing then.
   */
  private static int rank(Map<Stored, Level> ranks, Stored snapshot, List<Level> levels) {
    Level level = ranks.get(snapshot);
    boolean asFinest = levels.size() > 1 && levels.getFirst().compareTo(Level.DAILY) <= 0;
    int rank = asFinest ? 0 : -1;
    for (int i = 0; level != null && i < levels.size(); i++) {
      rank = levels.get(i).compareTo(level) <= 0 ? i : rank;
    }
    return rank;
  }

  /** Local snapshots that deltas of the coming nights may need as parents. */
  Set<SubvolumeUuid> parentsToKeep(Catalog catalog) {
    Set<SubvolumeUuid> here =
        local.snapshots().stream().map(LocalSnapshot::uuid).collect(Collectors.toSet());
    List<Stored> common =
        storedWithTimes(catalog).stream().filter(s -> here.contains(s.uuid())).toList();
    Set<SubvolumeUuid> keep = new HashSet<>();
    newest(common).ifPresent(s -> keep.add(s.uuid()));
    // By the file system's own count as well, which is what the parent is chosen by.
    Set<SubvolumeUuid> there = everStored(catalog);
    local.snapshots().reversed().stream()
        .map(LocalSnapshot::uuid)
        .filter(there::contains)
        .findFirst()
        .ifPresent(keep::add);
    if (volume.chain() == VolumeConfig.Chain.TREE) {
      List<Level> levels = levels();
      Map<Stored, Level> ranks =
          destination.retention().levels(storedWithTimes(catalog), Stored::time);
      for (int i = 0; i < levels.size(); i++) {
        int at = i;
        newest(common.stream().filter(s -> rank(ranks, s, levels) >= at).toList())
            .ifPresent(s -> keep.add(s.uuid()));
      }
    }
    return Set.copyOf(keep);
  }

  private static Optional<Stored> newest(List<Stored> stored) {
    return stored.stream().max(Comparator.comparing(Stored::time));
  }
}
