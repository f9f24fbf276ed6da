package dev.firkin.repository;

import dev.firkin.FirkinException;
import dev.firkin.repository.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What this host has seen in the store, and the store does not list.
 *
 * @param hidden the store has its manifest nevertheless: the list is short
 * @param forgotten on record as dropped by will, and not there
 * @param lost neither on record nor in the trash
 * @param damaged records that cannot be read: they may name what is lost
 */
public record Gap(
    List<Manifest> hidden,
    List<Manifest> forgotten,
    List<Manifest> lost,
    List<DamagedException> damaged) {
  public Gap {
    hidden = List.copyOf(hidden);
    forgotten = List.copyOf(forgotten);
    lost = List.copyOf(lost);
    damaged = List.copyOf(damaged);
  }

  /** Those of which the catalog has neither a manifest nor the damaged object of one. */
  public static List<Manifest> unlisted(Catalog catalog, Collection<Manifest> remembered) {
    Set<String> listed =
        catalog.manifests().stream()
            .map(m -> Snapshots.key(m.id()).value())
            .collect(Collectors.toSet());
    catalog.damaged().forEach(e -> listed.add(e.key()));
    return remembered.stream()
        .filter(m -> !listed.contains(Snapshots.key(m.id()).value()))
        .distinct()
        .toList();
  }

  /**
   * Asks the store for each that is not listed, and why it is not there.
   *
   * @param catalog what is listed
   * @param remembered what this host has seen in the store, read before
   */
  public static Gap of(Repository repository, Catalog catalog, Collection<Manifest> remembered)
      throws FirkinException {
    List<Manifest> unlisted = unlisted(catalog, remembered);
    Set<Manifest> there = Collections.synchronizedSet(new HashSet<>());
    InParallel.each(
        repository.store(),
        unlisted,
        manifest -> {
          if (repository.store().head(Snapshots.key(manifest.id())).isPresent()) {
            there.add(manifest);
          }
        });
    Set<String> thrown = new HashSet<>();
    if (there.size() < unlisted.size()) {
      repository.trash().list(each -> thrown.add(each.original().value()));
    }
    // Last: a prune puts on record what it then takes out of the trash.
    ForgottenRecords records = repository.forgotten().read();
    List<Manifest> hidden = new ArrayList<>();
    List<Manifest> forgotten = new ArrayList<>();
    List<Manifest> lost = new ArrayList<>();
    for (Manifest manifest : unlisted) {
      if (there.contains(manifest)) {
        hidden.add(manifest);
      } else if (records.name(manifest)) {
        forgotten.add(manifest);
      } else if (!thrown.contains(Snapshots.key(manifest.id()).value())) {
        lost.add(manifest);
      }
    }
    return new Gap(hidden, forgotten, lost, records.damaged());
  }
}
