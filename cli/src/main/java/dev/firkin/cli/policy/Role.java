package dev.firkin.cli.policy;

import java.util.List;

/** What a host does with a repository, and the kinds of objects that this takes. */
enum Role {
  /** Pushes. Cannot delete a backup, nor read what is in one. */
  SOURCE,
  /** Pushes, forgets, prunes and repairs. */
  PRUNE,
  /** Restores and verifies. */
  RESTORE;

  /** All but the description of the repository, and the keys to it. */
  private static final List<String> CHANGING =
      List.of(
          "chunks/*",
          "pages/*",
          "uploads/*",
          "snapshots/*",
          "leases/*",
          "keep/*",
          "forgotten/*",
          "condemned/*",
          "trash/*",
          "probe/*");

  /** Keys in the repository that it reads; {@code *} stands for any characters. */
  List<String> read() {
    return switch (this) {
      case SOURCE ->
          List.of(
              "firkin.json",
              "keys/*",
              "pages/*",
              "uploads/*",
              "snapshots/*",
              "leases/*",
              "keep/*",
              "forgotten/*",
              "condemned/*",
              "trash/*",
              "probe/*");
      case PRUNE, RESTORE -> List.of("*");
    };
  }

  /** As {@link #read}: what it puts. */
  List<String> written() {
    return switch (this) {
      // Into the trash goes the copy of a damaged page that a push replaces.
      case SOURCE ->
          List.of(
              "chunks/*", "pages/*", "uploads/*", "snapshots/*", "leases/*", "trash/*", "probe/*");
      case PRUNE -> CHANGING;
      case RESTORE -> List.of();
    };
  }

  /** As {@link #read}: what it deletes. */
  List<String> deleted() {
    return switch (this) {
      case SOURCE -> List.of("uploads/*", "leases/*");
      case PRUNE -> CHANGING;
      case RESTORE -> List.of();
    };
  }

  /** As {@link #read}: what it locks, its own and what others have put. */
  List<String> locked() {
    return switch (this) {
      case SOURCE, PRUNE -> List.of("firkin.json", "keys/*", "chunks/*", "pages/*", "snapshots/*");
      case RESTORE -> List.of();
    };
  }
}
