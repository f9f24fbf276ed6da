package dev.firkin.repository;

import dev.firkin.repository.model.Manifest;
import dev.firkin.sendstream.SubvolumeUuid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a person means by a SNAPSHOT: {@code volume/name}, the bare name where that is unique,
 * {@code volume@latest}, or a unique prefix of its uuid. Names go before {@code @latest}, and that
 * before uuids, so that no name is out of reach. Several stored forms of one snapshot (full, delta,
 * another protocol) are one snapshot.
 */
public final class SnapshotQuery {
  private static final String LATEST = "@latest";

  /** A prefix of four digits, with the dashes where they belong. */
  private static final Pattern UUID_PREFIX = Pattern.compile("[0-9a-f]{4}[0-9a-f-]{0,32}");

  private final Catalog catalog;

  public SnapshotQuery(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * The one snapshot that is meant, in the form that is best to restore: a full one where there is
   * one.
   */
  public Manifest resolve(String text) throws NoSuchSnapshotException, AmbiguousSnapshotException {
    List<Manifest> named =
        matching(m -> text.equals(m.name().toString()) || text.equals(m.name().name()));
    if (!named.isEmpty()) {
      return only(text, named);
    }
    if (text.endsWith(LATEST)) {
      return latest(text.substring(0, text.length() - LATEST.length()));
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (UUID_PREFIX.matcher(lower).matches()) {
      List<Manifest> byUuid =
          matching(m -> m.stream().uuid().filter(u -> u.toString().startsWith(lower)).isPresent());
      if (!byUuid.isEmpty()) {
        return only(text, byUuid);
      }
    }
    throw none("there is no snapshot '" + text + "' in the repository");
  }

  private Manifest latest(String volume)
      throws NoSuchSnapshotException, AmbiguousSnapshotException {
    List<Manifest> all = catalog.volume(volume);
    if (all.isEmpty()) {
      throw none("there is no volume '" + volume + "' in the repository");
    }
    // Each host has a newest of its own; which of them is meant, only who asks can know.
    Map<String, Manifest> newest = new LinkedHashMap<>();
    all.forEach(m -> newest.put(m.source().host(), m));
    if (newest.values().stream().map(SnapshotQuery::snapshot).distinct().count() > 1) {
      throw new AmbiguousSnapshotException(
          volume + LATEST,
          newest.entrySet().stream()
              .map(e -> describe(e.getValue()) + " of " + e.getKey())
              .toList());
    }
    return best(formsOf(all.getLast()));
  }

  private NoSuchSnapshotException none(String message) {
    return new NoSuchSnapshotException(
        catalog.damaged().isEmpty()
            ? message
            : message + ", as far as it can be read: " + catalog.damaged().size() + " damaged",
        catalog.manifests().isEmpty()
            ? "the repository has no snapshots yet"
            : "'firkin list' shows what there is");
  }

  private List<Manifest> matching(Predicate<Manifest> wanted) {
    return catalog.manifests().stream().filter(wanted).toList();
  }

  private static Manifest only(String text, List<Manifest> found)
      throws AmbiguousSnapshotException {
    Map<String, List<Manifest>> snapshots = new LinkedHashMap<>();
    for (Manifest manifest : found) {
      snapshots.computeIfAbsent(snapshot(manifest), k -> new ArrayList<>()).add(manifest);
    }
    if (snapshots.size() > 1) {
      throw new AmbiguousSnapshotException(
          text, snapshots.values().stream().map(s -> describe(s.getFirst())).toList());
    }
    return best(found);
  }

  /** All that is stored of the same snapshot: a full stream, deltas on one parent or another. */
  public List<Manifest> formsOf(Manifest manifest) {
    return catalog.volume(manifest.name().volume()).stream()
        .filter(m -> snapshot(m).equals(snapshot(manifest)))
        .toList();
  }

  /** The uuid where there is one: the same for all stored forms. */
  private static String snapshot(Manifest manifest) {
    return manifest.stream().uuid().map(SubvolumeUuid::toString).orElse(manifest.id().toString());
  }

  private static Manifest best(List<Manifest> forms) {
    return forms.stream()
        .filter(m -> m.stream().parentUuid().isEmpty())
        .findFirst()
        .orElse(forms.getFirst());
  }

  private static String describe(Manifest manifest) {
    return manifest.name() + manifest.stream().uuid().map(u -> " (" + u + ")").orElse("");
  }
}
